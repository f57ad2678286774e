import { expect, test } from 'vitest';
import { randomIds, seededIds } from './ids.ts';

const by = { seed: 's', principal: 'svc_a', key: 'k', now: Date.parse('2026-01-31T09:00:00.000Z') };
const V7 = /^req_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('both kinds give UUIDv7 with the time in front', () => {
  const stamp = by.now.toString(16).padStart(12, '0');
  for (const ids of [randomIds(() => by.now), seededIds(by)]) {
    const id = ids.id('req');
    expect(id).toMatch(V7);
    expect(id.replace('req_', '').replace('-', '').slice(0, 12)).toBe(stamp);
  }
});

test('seeded ids depend on seed, principal, key and count, and on nothing else', () => {
  const draw = (over: Partial<typeof by>) => {
    const ids = seededIds({ ...by, ...over });
    return [ids.id('req'), ids.id('req'), Buffer.from(ids.bytes(40)).toString('hex')];
  };
  expect(draw({})).toEqual(draw({}));
  const all = [
    draw({}),
    draw({ seed: 't' }),
    draw({ principal: 'svc_b' }),
    draw({ key: 'l' }),
    draw({ principal: 'svc_', key: 'ak' }),
  ];
  expect(new Set(all.flat()).size).toBe(15);
});

test('a fork goes on from where it was made, however often', () => {
  const ids = seededIds(by);
  ids.id('req');
  expect(ids.fork().id('cmd')).toBe(ids.fork().id('cmd'));
  expect(ids.fork().id('cmd')).toBe(ids.id('cmd'));
});
