import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testServer } from '../../../../test/support/server.ts';
import { MonotonicCounts } from './monotonic-counts.ts';
import { strangersLimit } from './strangers.ts';

const HOUR = 3_600_000;
let offset = 0;
const server = await testServer({ now: () => Date.now() + offset });
const beside = await testServer({ beside: server });

describe('a clock that was set back', () => {
  test('lets nobody be believed longer: a key that another process revokes is gone here too', async () => {
    const account = await server.api.ok('createServiceAccount', { body: { name: 'erp' } });
    const made = await server.api.ok('createApiKey', {
      body: { serviceAccount: account.body.id, scopes: ['environment:read'] },
    });
    offset = HOUR;
    const there = server.api.with(made.body.secret);
    await there.ok('getEnvironment');
    offset = 0;
    await beside.api.ok('revokeApiKey', { params: { key: made.body.id }, body: {} });
    await there.refused('getEnvironment', 'unauthenticated');
  });

  test('does not keep refusals out of the log', async () => {
    const account = await server.api.ok('createServiceAccount', { body: { name: 'crm' } });
    const made = await server.api.ok('createApiKey', {
      body: { serviceAccount: account.body.id, scopes: ['keys:read'] },
    });
    const refused = async (times: number): Promise<number> => {
      for (let i = 0; i < times; i += 1)
        await server.api.with(made.body.secret).refused('getEnvironment', 'forbidden-scope');
      return refusalsIn(server.database.ownerUrl);
    };
    offset = HOUR;
    const suppressed = await refused(40);
    expect(await refused(1)).toBe(suppressed);
    offset = 0;
    expect(await refused(1)).toBe(suppressed + 1);
  });

  describe('and windows that are counted', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
    afterEach(() => void vi.useRealTimers());

    test('end in time for a key', () => {
      const counts = new MonotonicCounts();
      const calls = (): number => {
        let current = 0;
        counts.incr('key', (_, result) => (current = result?.current ?? 0), 60_000);
        return current;
      };
      expect([calls(), calls()]).toEqual([1, 2]);
      vi.setSystemTime(Date.now() - HOUR);
      vi.advanceTimersByTime(60_000);
      expect(calls()).toBe(1);
    });

    test('end in time for an address without a key', () => {
      const strangers = strangersLimit(1);
      strangers.failed('::1');
      expect(() => strangers.failed('::1')).toThrow('Too many calls');
      vi.setSystemTime(Date.now() - HOUR);
      vi.advanceTimersByTime(60_000);
      strangers.failed('::1');
    });
  });
});

async function refusalsIn(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ leaf: Buffer }>('select leaf from countersign.entry');
    return rows.filter(({ leaf }) => JSON.parse(leaf.toString('utf8')).command.type === 'refuse').length;
  } finally {
    await client.end();
  }
}
