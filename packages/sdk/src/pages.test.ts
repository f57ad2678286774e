import { expect, expectTypeOf, it } from 'vitest';
import { answer, refuse, serve } from '../test/loopback.ts';
import { createClient } from './client.ts';
import type { ApprovalRequestSummary, EventEnvelope } from './index.ts';

const retry = { baseMs: 1, maxMs: 4 };
const gather = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

it('walks a list by its cursors, with the filters throughout, over faults', async () => {
  const { baseUrl, calls } = await serve(
    answer(200, { items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'c/1' }),
    refuse('unavailable', 503),
    answer(200, { items: [{ id: 'c' }], nextCursor: null }),
  );
  const items = createClient({ baseUrl, retry }).items('listApprovalRequests', {
    query: { status: ['open' as 'draft'] },
  });
  expectTypeOf(items).toEqualTypeOf<AsyncGenerator<ApprovalRequestSummary, void, undefined>>();
  expect((await gather(items)).map((item) => item.id)).toEqual(['a', 'b', 'c']);
  expect(calls.map((call) => call.url)).toEqual([
    '/v1/approval-requests?status=open',
    '/v1/approval-requests?status=open&cursor=c%2F1',
    '/v1/approval-requests?status=open&cursor=c%2F1',
  ]);
});

it('asks for no page that nobody reads', async () => {
  const { baseUrl, calls } = await serve(answer(200, { items: [{ id: 'a' }], nextCursor: 'next' }));
  for await (const _ of createClient({ baseUrl }).items('listPeople')) break;
  expect(calls).toHaveLength(1);
});

it('reads the log to its head by seq', async () => {
  const { baseUrl, calls } = await serve(
    answer(200, { items: [{ seq: 8 }], nextAfter: 8, head: 9 }),
    answer(200, { items: [{ seq: 9 }], nextAfter: 9, head: 9 }),
  );
  const events = createClient({ baseUrl }).log('listEvents', { query: { after: 7 } });
  expectTypeOf(events).toEqualTypeOf<AsyncGenerator<EventEnvelope, void, undefined>>();
  expect((await gather(events)).map((event) => event.seq)).toEqual([8, 9]);
  expect(calls.map((call) => call.url)).toEqual(['/v1/events?after=7', '/v1/events?after=8']);
});

it('follows the log until it is stopped', async () => {
  const { baseUrl } = await serve(
    answer(200, { items: [], nextAfter: 0, head: 0 }),
    answer(200, { items: [{ seq: 1 }], nextAfter: 1, head: 1 }),
    answer(200, { items: [], nextAfter: 1, head: 1 }),
  );
  const stop = new AbortController();
  const seen: number[] = [];
  const reading = (async () => {
    const follow = { everyMs: 5 };
    for await (const event of createClient({ baseUrl }).log('listEvents', { follow, signal: stop.signal })) {
      seen.push(event.seq);
      stop.abort(new Error('seen'));
    }
  })();
  await expect(reading).rejects.toThrow('seen');
  expect(seen).toEqual([1]);
});
