/**
 * Drives a server over raw sockets, in a process of its own. Reads its orders as JSON from the last argument, waits
 * for a line on standard input before each window, and prints what it saw of that window as a line of JSON.
 */
import readline from 'node:readline';
import type { Drive, Orders, Seen } from './orders.ts';
import { type Wire, wire } from './wire.ts';

const orders: Orders = JSON.parse(process.argv[2] ?? '');
const host = '127.0.0.1';

const head = (path: string, key: string, extra = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n` +
  `Content-Type: application/json\r\n${extra}`;

/** The text between two marks; the check of an answer and the reading of it are one. */
function between(text: string, before: string, after: string): string {
  const from = text.indexOf(before);
  const to = text.indexOf(after, from + before.length);
  if (from < 0 || to < 0) throw new Error(`no ${before}…${after} in ${text.slice(0, 2000)}`);
  return text.slice(from + before.length, to);
}

function expected(answer: { status: number; body: string }, mark: string): string {
  if (answer.status === 201 && answer.body.includes(mark)) return answer.body;
  throw new Error(`expected 201 with ${mark}, got ${answer.status}: ${answer.body.slice(0, 2000)}`);
}

type Window = { readonly end: number; readonly seen: Seen };

async function lifecycle(connection: Wire, name: string, { seen }: Window): Promise<void> {
  const { regions, requesters, filing, deciding } = orders.lifecycle;
  const n = seen.lifecycles;
  const region = regions[n % regions.length] ?? unknown();
  const requester = requesters[n % requesters.length] ?? unknown();
  const began = performance.now();
  const created = expected(
    await connection.call(
      `${head('/v1/approval-requests', filing)}Idempotency-Key: ${name}-0\r\n`,
      `{"definition":"bench-purchase","requester":"${requester}","externalReference":"PO-${name}",` +
        `"fields":{"supplier":"Northwind Tools","amount":{"amount":"18400.00","currency":"EUR"},` +
        `"region":"${region.name}","costCenter":"CC-204"}}`,
    ),
    '"status":"in_review"',
  );
  seen.create.push(performance.now() - began);
  const request = between(created, '"id":"req_', '"');
  const revision = between(created, '"revision":{"number":1,"digest":"', '"');
  for (const [i, person] of region.approvers.entries()) {
    const sent = performance.now();
    const answer = await connection.call(
      head(
        `/v1/assignments/asg_${request}_${i + 1}/decisions`,
        deciding,
        `Countersign-Act-For: ${person}\r\nIdempotency-Key: ${name}-${i + 1}\r\n`,
      ),
      `{"decision":"approve","revision":"${revision}"}`,
    );
    expected(answer, i === 0 ? '"status":"in_review"' : '"outcome":"approved"');
    seen.decide.push(performance.now() - sent);
  }
}

const unknown = (): never => {
  throw new Error('nobody to ask');
};

async function echo(connection: Wire, { seen }: Window): Promise<void> {
  const began = performance.now();
  const answer = await connection.call(head('/echo', 'csk_none', orders.echo.headers), orders.echo.body);
  if (answer.status !== 201) throw new Error(`the echo answered ${answer.status}`);
  seen.create.push(performance.now() - began);
}

let window = 0;
async function drive(connections: readonly Wire[], { seconds, most }: Drive): Promise<Seen> {
  window += 1;
  const seen: Seen = { lifecycles: 0, commands: 0, seconds: 0, cpu: 0, create: [], decide: [] };
  const start = performance.now();
  const cpu = process.cpuUsage();
  const run: Window = { end: start + seconds * 1000, seen };
  await Promise.all(
    connections.map(async (connection, client) => {
      for (let i = 0; performance.now() < run.end && seen.lifecycles < most; i += 1) {
        if (orders.kind === 'echo') await echo(connection, run);
        else await lifecycle(connection, `${orders.name}-${window}-${client}-${i}`, run);
        seen.lifecycles += 1;
      }
    }),
  );
  const used = process.cpuUsage(cpu);
  seen.seconds = (performance.now() - start) / 1000;
  seen.cpu = (used.user + used.system) / 1e6;
  seen.commands = seen.create.length + seen.decide.length;
  return seen;
}

const connections = await Promise.all(Array.from({ length: orders.clients }, () => wire(host, orders.port)));
process.stdout.write('ready\n');
for await (const line of readline.createInterface({ input: process.stdin })) {
  const seen = await drive(connections, JSON.parse(line));
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}
for (const connection of connections) connection.close();
