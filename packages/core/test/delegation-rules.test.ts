import { describe, expect, it } from 'vitest';
import {
  as,
  change,
  delegates,
  everyone,
  file,
  give,
  legal,
  now,
  recorded,
  revise,
  says,
  service,
  type World,
  world,
} from './kit.ts';

const yaml = `
definition: scoped
title: Scoped
fields:
  category: { type: enum, of: [travel, books, cars] }
  tags: { type: list, items: text }
  iban: { type: text, personal: true }
route:
  - approve: legal
    by: { group: legal }
    need: 2
`;
const filed = (fields: Parameters<typeof file>[1], categories: { [field: string]: string[] }): World => {
  const w = world(yaml, [...everyone, legal, delegates('ann', 'eve', { categories })]);
  file(w, fields);
  return w;
};
const tries = (w: World) => says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code;

describe('a delegation by category (SEMANTICS 13)', () => {
  it('covers requests in which the field has one of the values', () => {
    expect(tries(filed({ category: 'travel' }, { category: ['travel', 'books'] }))).toBeUndefined();
    expect(tries(filed({ category: 'cars' }, { category: ['travel', 'books'] }))).toBe(
      'delegation-out-of-scope',
    );
  });

  it('unknown never widens authority: an absent, sealed or unknown field covers nothing', () => {
    expect(tries(filed({}, { category: ['travel'] }))).toBe('delegation-out-of-scope');
    expect(tries(filed({ category: 'travel' }, { constructor: ['travel'] }))).toBe('delegation-out-of-scope');
    const iban = { sealed: 'itm_1', commitment: 'c' };
    expect(tries(filed({ iban }, { iban: ['itm_1'] }))).toBe('delegation-out-of-scope');
  });

  it('of a list each item must be named, and an empty list names nothing', () => {
    const allowed = { tags: ['a', 'b'] };
    expect(tries(filed({ tags: ['a', 'b'] }, allowed))).toBeUndefined();
    expect(tries(filed({ tags: ['a', 'c'] }, allowed))).toBe('delegation-out-of-scope');
    expect(tries(filed({ tags: [] }, allowed))).toBe('delegation-out-of-scope');
  });

  it('every field that it names must fit', () => {
    const both = { category: ['travel'], tags: ['a'] };
    expect(tries(filed({ category: 'travel', tags: ['a'] }, both))).toBeUndefined();
    expect(tries(filed({ category: 'travel' }, both))).toBe('delegation-out-of-scope');
  });

  it('is asked again when a revision asks whether the decision stands', () => {
    const narrow = yaml.replace('need: 2', 'need: 2\n    reviews: [tags]');
    const w = world(narrow, [
      ...everyone,
      legal,
      delegates('ann', 'eve', { categories: { category: ['travel'] } }),
    ]);
    file(w, { category: 'travel' });
    says(w, 'eve', 'approve', { for: 'ann' });
    revise(w, as('req'), { category: 'cars' });
    expect(now(w).decisions[0]?.standing).toBe(false);
  });
});

describe('of several ways over delegations (SEMANTICS 13)', () => {
  const tried = (...links: ReturnType<typeof delegates>[]) => {
    const w = world(yaml, [...everyone, legal, ...links]);
    file(w, { category: 'travel' });
    return { code: tries(w), chain: now(w).decisions[0]?.chain };
  };
  const passOn = { redelegable: true };

  it('one is taken that nobody excluded stands on', () => {
    const barred = [delegates('ann', 'req', passOn), delegates('req', 'eve')];
    expect(tried(...barred).code).toBe('excluded');
    const clean = [delegates('ann', 'dan', passOn), delegates('dan', 'eve')];
    expect(tried(...barred, ...clean).chain).toEqual(['ann', 'dan', 'eve']);
    const longer = [
      delegates('ann', 'bob', passOn),
      delegates('bob', 'dan', passOn),
      delegates('dan', 'eve'),
    ];
    expect(tried(...barred, ...longer).chain).toEqual(['ann', 'bob', 'dan', 'eve']);
  });

  it('the shortest is taken, and of equals the one recorded first', () => {
    const [a, b] = ['bob', 'dan'].map((by) => [delegates('ann', by, passOn), delegates(by, 'eve')]);
    expect(tried(...(a ?? []), ...(b ?? [])).chain).toEqual(['ann', 'bob', 'eve']);
    expect(tried(...(b ?? []), ...(a ?? [])).chain).toEqual(['ann', 'dan', 'eve']);
    expect(tried(...(b ?? []), ...(a ?? []), delegates('ann', 'eve')).chain).toEqual(['ann', 'eve']);
  });

  it('out of scope is only what would lead to the principal', () => {
    const narrow = { categories: { category: ['cars'] } };
    expect(tried(delegates('ann', 'eve', narrow)).code).toBe('delegation-out-of-scope');
    expect(tried(delegates('dan', 'eve', narrow)).code).toBe('not-eligible');
  });
});

describe('ratification is a separate, later record (SEMANTICS 13)', () => {
  const ratifies = (w: World, actor = as('ann'), decision = 1) =>
    give(w, actor, { type: 'ratify', decision, reason: null });
  const decided = (): World => {
    const w = filed({ category: 'travel' }, { category: ['travel'] });
    says(w, 'eve', 'approve', { for: 'ann' });
    return w;
  };

  it('by the principal, of a decision made on their behalf, also after the end; it changes no count', () => {
    const w = decided();
    says(w, 'bob', 'approve');
    const before = now(w);
    expect(ratifies(w).events).toEqual([{ type: 'decision.ratified', decision: 1, by: 'ann', reason: null }]);
    expect(now(w)).toMatchObject({
      outcome: before.outcome,
      steps: before.steps,
      statusVersion: before.statusVersion,
    });
    expect(now(w).decisions[0]?.ratified).toEqual({ at: w.now, reason: null });
  });

  it('once, and by nobody else', () => {
    const w = decided();
    for (const actor of [as('eve'), as('bob'), as('req'), service])
      expect(ratifies(w, actor).refusal?.code).toBe('not-allowed');
    ratifies(w);
    expect(ratifies(w).refusal?.code).toBe('already-decided');
  });

  it('not of a decision by own authority, and not of one that counts no more', () => {
    const w = decided();
    says(w, 'bob', 'approve');
    expect(ratifies(w, as('bob'), 2).refusal?.code).toBe('not-allowed');
    expect(ratifies(w, as('bob'), 9).refusal?.code).toBe('not-found');
    const other = decided();
    revise(other, as('req'), { category: 'travel', tags: ['x'] });
    expect(ratifies(other).refusal?.code).toBe('not-allowed');
  });

  it('not by who is excluded or has left since', () => {
    const w = decided();
    change(w, recorded('ann', { active: false }));
    expect(ratifies(w).refusal).toMatchObject({ code: 'not-eligible', data: { reason: 'inactive' } });
  });
});
