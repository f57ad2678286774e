import http from 'node:http';
import { type HealthRegistry, type Metrics, readiness } from '../platform/index.ts';

type Answer = { readonly status: number; readonly type: string; readonly text: string };
const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
});

export type Operations = {
  readonly health: HealthRegistry;
  /** Null: not served. */
  readonly metrics: Metrics | null;
  readonly onError: (error: unknown) => void;
};

/** What a process answers that serves no calls: whether it runs, whether it can work, and its figures. */
export async function answerOperations(
  { health, metrics, onError }: Operations,
  listen: { readonly host: string; readonly port: number },
): Promise<http.Server> {
  async function answer(path: string): Promise<Answer> {
    switch (path) {
      case '/healthz':
        return json(200, { status: 'ok' });
      case '/readyz': {
        const now = await health.ready();
        return json(now.ok ? 200 : 503, readiness(now));
      }
      case '/metrics': {
        if (metrics === null) return json(404, { status: 'not-served' });
        const { type, text } = await metrics.page();
        return { status: 200, type, text };
      }
      default:
        return json(404, { status: 'not-served' });
    }
  }
  const server = http.createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    answer(path).then(
      ({ status, type, text }) => response.writeHead(status, { 'Content-Type': type }).end(text),
      (error: unknown) => {
        onError(error);
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(listen, resolve);
  });
  return server;
}
