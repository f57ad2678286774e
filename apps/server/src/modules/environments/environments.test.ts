import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const start = '2026-01-05T08:00:00.000Z';
const { api } = await testServer({ sandbox: { clock: start } });
const running = await testServer();

describe('the clock of a sandbox', () => {
  test('stands where it was put', async () => {
    expect((await api.ok('getClock')).body).toEqual({ mode: 'frozen', now: start });
    expect((await api.ok('getEnvironment')).body.clock).toEqual({ mode: 'frozen', now: start });
  });

  test('moves forward, in any offset, and what happens then carries its time', async () => {
    const moved = await api.ok('setClock', { body: { mode: 'frozen', at: '2026-01-06T10:00:00+02:00' } });
    expect(moved.body).toEqual({ mode: 'frozen', now: '2026-01-06T08:00:00.000Z' });
    const { body } = await api.ok('createServiceAccount', { body: { name: 'tuesday' } });
    expect(body.createdAt).toBe('2026-01-06T08:00:00.000Z');
  });

  test('never moves back', async () => {
    const { problem } = await api.refused('setClock', 'clock-backwards', {
      body: { mode: 'frozen', at: '2025-12-31T00:00:00Z' },
    });
    expect(problem.data).toEqual({ now: (await api.ok('getClock')).body.now });
  });

  test('runs on from where it stands, and stops there again', async () => {
    const before = (await api.ok('getClock')).body.now;
    expect((await api.ok('setClock', { body: { mode: 'running' } })).body).toEqual({
      mode: 'running',
      now: before,
    });
    const later = (await api.ok('getClock')).body;
    expect(later.mode).toBe('running');
    expect(Date.parse(later.now) - Date.parse(before)).toBeLessThan(60_000);
    const stopped = (await api.ok('setClock', { body: { mode: 'frozen' } })).body;
    expect(stopped.now >= later.now).toBe(true);
    expect((await api.ok('getClock')).body).toEqual(stopped);
  });

  test('moved by many at once is moved by one after the other', async () => {
    const hours = [11, 12, 13, 14, 15, 16, 17, 18];
    const answers = await Promise.all(
      hours.map((hour) => api.any('setClock', { body: { mode: 'frozen', at: `2027-02-01T${hour}:00:00Z` } })),
    );
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect((await api.ok('getClock')).body.now).toBe('2027-02-01T18:00:00.000Z');
  });

  test('that nobody has moved is the wall clock', async () => {
    const { mode, now } = (await running.api.ok('getClock')).body;
    expect(mode).toBe('running');
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(10_000);
  });

  test('is moved by one entry', async () => {
    const before = (await api.ok('getEnvironment')).body.head;
    const { seq } = await api.ok('setClock', { body: { mode: 'frozen', at: '2028-01-01T00:00:00Z' } });
    expect([seq, (await api.ok('getEnvironment')).body.head]).toEqual([before + 1, before + 1]);
  });
});
