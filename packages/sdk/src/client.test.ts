import { describe, expect, it } from 'vitest';
import { answer, cut, cutInBody, refuse, serve } from '../test/loopback.ts';
import { createClient } from './client.ts';
import { CountersignProblem, CountersignUnavailable, isProblem } from './errors.ts';

const retry = { baseMs: 1, maxMs: 4 };
const clock = { mode: 'frozen', now: '2026-01-12T09:30:00.000Z' };
const receipt = { 'countersign-seq': '42', 'countersign-leaf': 'ab'.repeat(32), 'correlation-id': 'po-1' };
const move = { body: { mode: 'frozen' } } as const;
const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => error,
  );

describe('a call', () => {
  it('says who calls, for whom, and under which key and thread', async () => {
    const { baseUrl, calls } = await serve(answer(200, clock, receipt));
    const client = createClient({ baseUrl: `${baseUrl}/`, key: 'csk_test', actFor: 'usr_1' });
    await client.listAssignments({ query: { mine: true, status: ['open', 'vacant'] } });
    expect(calls[0]?.url).toBe('/v1/assignments?mine=true&status=open%2Cvacant');
    expect(calls[0]?.headers).toMatchObject({
      authorization: 'Bearer csk_test',
      'countersign-act-for': 'usr_1',
    });
    expect(calls[0]?.headers['correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls[0]?.headers['idempotency-key']).toBeUndefined();

    await client.with({ actFor: 'usr_2' }).listAssignments();
    expect(calls[1]?.headers['countersign-act-for']).toBe('usr_2');
    await client.listAssignments({ actFor: null });
    expect(calls[2]?.headers['countersign-act-for']).toBeUndefined();
    await client.setClock({ ...move, idempotencyKey: 'mine', correlationId: 'po-1' });
    expect(calls[3]?.headers).toMatchObject({ 'idempotency-key': 'mine', 'correlation-id': 'po-1' });
  });

  it('escapes what stands in the path, and misses nothing there', async () => {
    const { baseUrl, calls } = await serve(answer(200, {}));
    const client = createClient({ baseUrl });
    await client.getGroup({ path: { key: 'a/../b?c' } });
    expect(calls[0]?.url).toBe('/v1/groups/a%2F..%2Fb%3Fc');
    await expect(client.getGroup({ path: { key: '' } })).rejects.toThrow('"key" is missing');
  });

  it('answers data and receipt', async () => {
    const { baseUrl } = await serve(
      answer(200, clock, { ...receipt, 'idempotency-replayed': 'true', etag: '"1-ab"' }),
    );
    const done = await createClient({ baseUrl }).setClock(move);
    expect(done).toMatchObject({
      data: clock,
      receipt: { seq: 42, leaf: 'ab'.repeat(32) },
      etag: '"1-ab"',
      correlationId: 'po-1',
      replayed: true,
    });
  });

  it('carries the key nowhere else: redirects are refused', async () => {
    const other = await serve(answer(200, clock));
    const { baseUrl } = await serve(answer(307, {}, { location: `${other.baseUrl}/v1/environment/clock` }));
    const client = createClient({ baseUrl, key: 'csk_test', retry: { attempts: 1 } });
    expect(await caught(client.getClock())).toBeInstanceOf(CountersignUnavailable);
    expect(other.calls).toHaveLength(0);
  });
});

describe('faults that pass', () => {
  it.each([
    ['503', refuse('unavailable', 503)],
    ['429', refuse('rate-limited', 429)],
    ['an internal error', refuse('internal', 500)],
    ['a lost race', refuse('conflict', 409)],
    ['the same key still running', refuse('idempotency-key-in-use', 409)],
    ['a proxy without its server', answer(502, 'no')],
    ['a connection cut before the answer', cut],
    ['a connection cut within the answer', cutInBody],
  ])('%s: the same call is sent again under the same key', async (_, fault) => {
    const { baseUrl, calls } = await serve(fault, fault, answer(200, clock, receipt));
    const { data } = await createClient({ baseUrl, retry }).setClock(move);
    expect(data).toEqual(clock);
    expect(calls).toHaveLength(3);
    expect(new Set(calls.map((call) => call.headers['idempotency-key'])).size).toBe(1);
    expect(new Set(calls.map((call) => call.headers['correlation-id'])).size).toBe(1);
  });

  it('waits as long as Retry-After says', async () => {
    const { baseUrl } = await serve(refuse('unavailable', 503, { 'retry-after': '1' }), answer(200, clock));
    const start = performance.now();
    await createClient({ baseUrl, retry }).getClock();
    expect(performance.now() - start).toBeGreaterThanOrEqual(1000);
  });

  it('does not wait for an hour', async () => {
    const { baseUrl, calls } = await serve(refuse('rate-limited', 429, { 'retry-after': '3600' }));
    const error = await caught(createClient({ baseUrl, retry }).getClock());
    expect(isProblem(error, 'rate-limited')).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('gives up after the attempts allowed, and says how to find out', async () => {
    const { baseUrl, calls } = await serve(cut);
    const client = createClient({ baseUrl, retry: { ...retry, attempts: 3 } });
    const error = await caught(client.setClock({ ...move, idempotencyKey: 'k1' }));
    expect(error).toBeInstanceOf(CountersignUnavailable);
    expect(error).toMatchObject({ attempts: 3, idempotencyKey: 'k1', status: null });
    expect(calls).toHaveLength(3);
  });

  it('times out an attempt', async () => {
    const { baseUrl } = await serve(() => undefined, answer(200, clock));
    const { data } = await createClient({ baseUrl, retry, timeoutMs: 50 }).getClock();
    expect(data).toEqual(clock);
  });

  it('stops when its caller does', async () => {
    const { baseUrl, calls } = await serve(cut);
    const stop = new AbortController();
    const client = createClient({ baseUrl, retry: { baseMs: 10_000, maxMs: 10_000 } });
    const call = caught(client.getClock({ signal: stop.signal }));
    setTimeout(() => stop.abort(new Error('enough')), 50);
    expect(await call).toMatchObject({ message: 'enough' });
    expect(calls).toHaveLength(1);
  });
});

describe('problems', () => {
  it('are typed, and not repeated', async () => {
    const { baseUrl, calls } = await serve(refuse('revision-mismatch', 409));
    const error = await caught(createClient({ baseUrl, retry }).setClock(move));
    expect(error).toBeInstanceOf(CountersignProblem);
    expect(error).toMatchObject({
      code: 'revision-mismatch',
      status: 409,
      message: 'D',
      action: 'A',
      attempts: 1,
    });
    expect(isProblem(error, 'revision-mismatch', 'conflict')).toBe(true);
    expect(isProblem(error, 'not-found')).toBe(false);
    expect(calls).toHaveLength(1);
  });

  it('that are not ours are told apart', async () => {
    const { baseUrl } = await serve(answer(404, { error: 'nginx' }));
    expect(await caught(createClient({ baseUrl }).getClock())).toMatchObject({
      name: 'CountersignUnavailable',
      status: 404,
    });
  });
});
