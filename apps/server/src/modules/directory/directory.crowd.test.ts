import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

// Every person has a key file of their own with two fsyncs: 11 ms each on a disk, 0.2 ms in memory.
const place = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
const data = mkdtempSync(path.join(place, 'countersign-crowd-'));
const { api } = await testServer({ settings: { data } });
afterAll(() => rmSync(data, { recursive: true, force: true }));

type Changes = NonNullable<NonNullable<Parameters<typeof api.ok<'changeDirectory'>>[1]>['body']>['changes'];
const change = (...changes: Changes) => api.ok('changeDirectory', { body: { changes } });

test('puts 10,000 people into a group', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `p${i}`);
  for (let from = 0; from < names.length; from += 1000) {
    await change(
      ...names.slice(from, from + 1000).map((userName) => ({ change: 'person', userName }) as const),
    );
  }
  const made = await change({ change: 'group', group: 'crowd', op: 'set', persons: names });
  expect((await api.ok('getGroup', { params: { key: 'crowd' } })).body.members).toHaveLength(10_000);
  await change({ change: 'group', group: 'crowd', op: 'remove', persons: names.slice(1) });
  expect((await api.ok('getGroup', { params: { key: 'crowd' } })).body.members).toHaveLength(1);
  const then = await api.ok('getGroup', { params: { key: 'crowd' }, query: { asOf: String(made.seq) } });
  expect(then.body.members).toHaveLength(10_000);
  await api.refused('changeDirectory', 'validation-failed', {
    body: { changes: [{ change: 'group', group: 'crowd', op: 'set', persons: [...names, 'one-more'] }] },
  });
}, 120_000);
