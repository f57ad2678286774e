import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, inject } from 'vitest';
import {
  readSettings,
  type SandboxOptions,
  type Settings,
  startServer,
} from '../../apps/server/src/index.ts';
import { createLogger } from '../../apps/server/src/platform/index.ts';
import { cloneDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/index.ts';
import { overHttp, type TestApi, testApi } from './api.ts';

export type TestServer = {
  /** With the sandbox's own key, which holds every scope; over real HTTP. */
  readonly api: TestApi;
  readonly url: string;
  readonly environment: string;
  readonly database: TestDatabase;
  readonly data: string;
  /** Of this server and those beside it. */
  readonly stops: (() => Promise<boolean>)[];
  /** Lines of the log, parsed. */
  readonly log: readonly { readonly [name: string]: unknown }[];
};

export type TestServerOptions = {
  readonly settings?: Partial<Settings>;
  readonly sandbox?: Partial<SandboxOptions>;
  /** Of another server of this test, to run beside it. */
  readonly beside?: TestServer;
  readonly now?: () => number;
};

/**
 * A whole server on a loopback port with an empty sandbox in a database of its own; stopped after the file. Call it
 * at the top of a test file: `const { api } = await testServer();`
 */
export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await openTestServer(options);
  if (options.beside === undefined) afterAll(server.close);
  return server;
}

/** The same, to be closed by who opened it: for a test that needs several, one after the other. */
export async function openTestServer(
  options: TestServerOptions = {},
): Promise<TestServer & { close(): Promise<void> }> {
  const { beside } = options;
  const database = beside?.database ?? (await cloneDatabase(inject('testRun')));
  const data = beside?.data ?? mkdtempSync(path.join(os.tmpdir(), 'countersign-server-'));
  const lines: { readonly [name: string]: unknown }[] = [];
  const write = (line: string): void => {
    const parsed: { readonly level?: unknown } = JSON.parse(line);
    lines.push(parsed);
    if (parsed.level === 'error') process.stderr.write(line);
  };
  const log = createLogger({ level: 'info', destination: { write } });
  const { settings } = readSettings({
    COUNTERSIGN_PORT: '0',
    COUNTERSIGN_DATA: data,
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
    COUNTERSIGN_RATE_LIMIT: '10000000',
    COUNTERSIGN_RATE_LIMIT_ANONYMOUS: '10000000',
    COUNTERSIGN_DATABASE_CONNECTIONS: '12',
  });
  const server = await startServer({
    settings: { ...settings, ...options.settings },
    sandbox: { seed: null, clock: null, empty: true, ...options.sandbox },
    log,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  // In this order, however the tests nest: servers, database, files.
  const stops = beside?.stops ?? [];
  stops.push(() => server.stop('the test is over'));
  const close = async (): Promise<void> => {
    await Promise.all(stops.map((stop) => stop()));
    await database.drop();
    rmSync(data, { recursive: true, force: true });
  };
  if (server.sandbox === null) throw new Error('the test database was not empty');
  const api = testApi(overHttp(server.url), server.sandbox.secret);
  const { url, sandbox } = server;
  return { api, url, environment: sandbox.environment, database, data, log: lines, stops, close };
}
