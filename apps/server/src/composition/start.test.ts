import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { overHttp, testApi } from '../../../../test/support/api.ts';

// Whole processes, beside whatever else the machine tests.
vi.setConfig({ testTimeout: 120_000 });

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const data = mkdtempSync(path.join(os.tmpdir(), 'countersign-start-'));
const database = await testDatabase();
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

type Started = { child: ChildProcess; said: () => string; exit: Promise<number | null> };

function launch(args: readonly string[], env: { readonly [name: string]: string } = {}): Started {
  const child = spawn(process.execPath, ['--no-warnings', MAIN, ...args], {
    env: {
      ...process.env,
      COUNTERSIGN_PORT: '0',
      COUNTERSIGN_DATA: data,
      COUNTERSIGN_LOG_LEVEL: 'warn',
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (text += bytes));
  const exit = once(child, 'close').then(([code]) => {
    running.delete(child);
    return typeof code === 'number' ? code : null;
  });
  return { child, said: () => text, exit };
}

async function welcomed({ said, exit }: Started): Promise<{ url: string; secret: string | undefined }> {
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  for (let i = 0; i < 1200 && !said().includes('Ctrl-C') && !ended; i += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const url = /http:\/\/[^/\s]+/.exec(said())?.[0];
  if (url === undefined) throw new Error(`it did not start: ${said()}`);
  return { url, secret: /csk_[\w-]{43}/.exec(said())?.[0] };
}

test('the first start shows addresses and a key, and stops when it is asked to, calls under way included', async () => {
  const server = launch(['--empty', '--seed', '3']);
  const { url, secret = '' } = await welcomed(server);
  const api = testApi(overHttp(url), secret);
  expect((await api.ok('getReadiness')).body.status).toBe('ready');
  const calls = Array.from({ length: 50 }, (_, i) =>
    api.any('createServiceAccount', { body: { name: `s${i}` } }).then(
      ({ status, headers }) => (status === 201 ? Number(headers['countersign-seq']) : 0),
      () => 0,
    ),
  );
  await Promise.race(calls);
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
  const acknowledged = (await Promise.all(calls)).filter((seq) => seq > 0);
  expect(acknowledged.length).toBeGreaterThan(0);

  // A later start does not show the key again, and finds everything that was acknowledged.
  const again = launch([]);
  const second = await welcomed(again);
  expect(second.secret).toBeUndefined();
  expect(again.said()).toContain(path.join(data, 'sandbox-key'));
  const { head } = (await testApi(overHttp(second.url), secret).ok('getEnvironment')).body;
  expect(head).toBeGreaterThanOrEqual(Math.max(...acknowledged));
  again.child.kill('SIGINT');
  expect(await again.exit).toBe(0);
});

test('a setting that cannot be used ends the start with its name and what is expected', async () => {
  const server = launch([], { COUNTERSIGN_PORT: 'eighty' });
  expect(await server.exit).toBe(1);
  expect(server.said()).toMatch(/COUNTERSIGN_PORT is "eighty"/);
});

test('a database that cannot be reached ends the start, and leaves nothing running', async () => {
  const nowhere = 'postgres://nobody:nothing@127.0.0.1:1/none';
  const server = launch([], { DATABASE_URL: nowhere, DATABASE_OWNER_URL: nowhere });
  expect(await server.exit).toBe(1);
  expect(server.said()).not.toContain('nothing@');
});

test('a port that is taken ends the start', async () => {
  const first = launch(['--empty']);
  const { url } = await welcomed(first);
  const second = launch([], { COUNTERSIGN_PORT: new URL(url).port });
  expect(await second.exit).toBe(1);
  expect(second.said()).toMatch(/EADDRINUSE/);
});

test('a worker tells whether it runs, whether it can work, and its figures, and serves nothing else', async () => {
  const worker = launch(['--empty'], { COUNTERSIGN_MODE: 'worker', COUNTERSIGN_WORKER_PORT: '0' });
  const { url } = await welcomed(worker);
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect(await get('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  const ready = await get('/readyz');
  expect([ready.status, JSON.parse(ready.text).status]).toEqual([200, 'ready']);
  expect((await get('/metrics')).text).toMatch(/countersign_reader_lag/);
  expect((await get('/v1/environment')).status).toBe(404);
  worker.child.kill('SIGTERM');
  expect(await worker.exit).toBe(0);
});
