import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { overHttp, testApi } from '../../../../test/support/api.ts';
import { readSettings, startServer } from '../index.ts';
import { createLogger } from '../platform/index.ts';

const data = mkdtempSync(path.join(os.tmpdir(), 'countersign-dies-'));
// As root, PostgreSQL runs as somebody else, who must be able to pass.
chmodSync(data, 0o755);
afterAll(() => rmSync(data, { recursive: true, force: true }));

test('an embedded PostgreSQL that is killed is started again; calls meanwhile wait or are told to come again, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const { settings } = readSettings({ COUNTERSIGN_PORT: '0', COUNTERSIGN_DATA: data });
  const server = await startServer({
    settings,
    sandbox: { seed: null, clock: null, empty: true },
    log: createLogger({ level: 'silent' }),
  });
  try {
    const api = testApi(overHttp(server.url), server.sandbox?.secret ?? '');
    await api.ok('createServiceAccount', { body: { name: 'before' } });
    const file = path.join(data, 'postgres', 'data', 'postmaster.pid');
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');

    const refused: string[] = [];
    for (;;) {
      const call = { body: { name: 'after' }, idempotencyKey: 'the-same-act' };
      const { status, headers } = await api.any('createServiceAccount', call);
      if (status === 201) break;
      refused.push(`${status} ${Number(headers['retry-after']) > 0}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // None, where it is back before a call loses patience.
    expect(refused.filter((answer) => answer !== '503 true')).toEqual([]);
    // A session of before may still have to be found out as broken.
    const listed = async () => (await api.any('listServiceAccounts')).status;
    await expect.poll(listed, { timeout: 10_000 }).toBe(200);
    const { items } = (await api.ok('listServiceAccounts')).body;
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['before', 'after']));
    expect((await api.ok('getReadiness')).body.status).toBe('ready');
  } finally {
    await server.stop('the test is over');
  }
});
