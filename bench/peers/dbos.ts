/**
 * The lifecycle as a DBOS workflow behind node:http. One call starts it, two send it an approval; the last is answered
 * when the outcome stands in a table. Workflow, messages and steps are durable in PostgreSQL before they are answered.
 */
import { createServer } from 'node:http';
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';

const systemDatabaseUrl = process.argv[2] ?? '';
// As many connections as it likes: with the default of 20 the clients only waited for each other.
DBOS.setConfig({ name: 'peers', systemDatabaseUrl, systemDatabasePoolSize: 64, logLevel: 'error' });
const pool = new pg.Pool({ connectionString: systemDatabaseUrl, max: 8 });
await pool.query('create table if not exists outcome (request text primary key, outcome text not null)');

const recorded = new Map<string, (outcome: string) => void>();

const approval = DBOS.registerWorkflow(
  async (request: string): Promise<string> => {
    await DBOS.recv('budget', { timeoutSeconds: 3600 });
    await DBOS.recv('finance', { timeoutSeconds: 3600 });
    await DBOS.runStep(
      () =>
        pool
          .query('insert into outcome values ($1, $2) on conflict do nothing', [request, 'approved'])
          .then(() => null),
      { name: 'record' },
    );
    recorded.get(request)?.('approved');
    return 'approved';
  },
  { name: 'approval' },
);
await DBOS.launch();

/** @returns what is answered. */
async function serve(path: string, body: { readonly id: string }): Promise<object> {
  if (path === '/requests') {
    await DBOS.startWorkflow(approval, { workflowID: body.id })(body.id);
    return { id: body.id, status: 'in_review' };
  }
  if (path === '/budget') {
    await DBOS.send(body.id, body, 'budget');
    return { id: body.id, status: 'in_review' };
  }
  const outcome = new Promise<string>((resolve) => recorded.set(body.id, resolve));
  await DBOS.send(body.id, body, 'finance');
  const answer = { id: body.id, outcome: await outcome };
  recorded.delete(body.id);
  return answer;
}

const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const tell = (status: number, answer: object) => {
      const body = JSON.stringify(answer);
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    };
    serve(request.url ?? '', JSON.parse(text)).then(
      (answer) => tell(200, answer),
      (error: unknown) => tell(500, { error: String(error) }),
    );
  });
});
// The driver's connections rest while the other systems have their turn.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`{"port":${typeof address === 'object' ? address?.port : ''}}\n`);
});
