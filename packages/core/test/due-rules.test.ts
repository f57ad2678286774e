import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDuration } from '../src/definition/duration.ts';
import { canonicalDefinition, definitionDigest, parseCanonicalDefinition } from '../src/definition/index.ts';
import { parsed, problemsOf } from '../src/definition/test-kit.ts';
import { shortestMs } from '../src/time.ts';
import { as, compile, file, give, now, world } from './kit.ts';

const RULES = (due: string) => `
definition: letters
title: Letters
route:
  - approve: lead
    by: { user: usr_ann }
due: ${due}
expire: 60 days
`;
const RANGE = '{ within: 10 days, least: 2 days, most: 3 weeks }';
const filed = (due?: string, rules = RANGE) => {
  const w = world(RULES(rules));
  const { refusal } = file(w, {}, due === undefined ? {} : { due });
  return { w, fault: refusal?.errors[0] };
};

describe('a service level, and a request that asks for another (R10)', () => {
  it('without asking, what the definition says', () => {
    expect(now(filed().w).dueAt).toBe('2026-01-15T09:00:00.000Z');
    expect(now(filed().w)).not.toHaveProperty('due');
  });

  it.each([
    ['2 days', '2026-01-07T09:00:00.000Z'],
    ['60 hours', '2026-01-07T21:00:00.000Z'],
    ['P21D', '2026-01-26T09:00:00.000Z'],
  ])('%s: %s', (due, at) => expect(now(filed(due).w).dueAt).toBe(at));

  it.each([
    ['1 day', 'out-of-range'],
    ['47 hours', 'out-of-range'],
    ['22 days', 'out-of-range'],
    ['soon', 'bad-duration'],
    ['3 workdays', 'bad-duration'],
  ])('%s is refused: %s', (due, code) => expect(filed(due).fault).toMatchObject({ field: 'due', code }));

  it('where the definition says nothing of asking, nothing may be asked for', () => {
    expect(filed('2 days', '10 days').fault).toMatchObject({ field: 'due', code: 'not-allowed' });
  });

  it('counts from the submission of a draft, and again after a reopening', () => {
    const w = world(RULES(RANGE));
    file(w, {}, { due: '3 days', draft: true });
    w.now = '2026-01-10T09:00:00.000Z';
    give(w, as('req'), { type: 'submit' });
    expect(now(w).dueAt).toBe('2026-01-13T09:00:00.000Z');
    give(w, as('req'), { type: 'cancel', reason: null });
    give(w, as('req'), { type: 'reopen', reason: null });
    w.now = '2026-02-01T09:00:00.000Z';
    give(w, as('req'), {
      type: 'revise',
      expected: now(w).revision.digest,
      content: { fields: {}, documents: {} },
    });
    expect(now(w).dueAt).toBe('2026-02-04T09:00:00.000Z');
  });

  it('whatever is asked for, the promise lies within the range', () => {
    const units = fc.constantFrom('minutes', 'hours', 'days', 'weeks');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), units, (n, unit) => {
        const { w, fault } = filed(`${n} ${unit}`);
        const ms = shortestMs(readDuration(`${n} ${unit}`) ?? 'PT1S');
        expect(fault === undefined).toBe(ms >= 2 * 86_400_000 && ms <= 21 * 86_400_000);
        if (fault === undefined) expect(Date.parse(now(w).dueAt ?? '') - Date.parse(w.now)).toBe(ms);
      }),
    );
  });
});

describe('the clause', () => {
  it('has a digest of its own, and leaves that of a plain `due` alone', () => {
    expect(parsed(RULES('10 days'))).not.toHaveProperty('dueRange');
    expect(parseCanonicalDefinition(canonicalDefinition(parsed(RULES(RANGE))))).toEqual(parsed(RULES(RANGE)));
    expect(compile(RULES(RANGE)).definition.dueRange).toEqual({ least: 'P2D', most: 'P21D' });
    expect(definitionDigest(parsed(RULES(RANGE)))).not.toBe(definitionDigest(parsed(RULES('10 days'))));
  });

  it.each([
    ['{ within: 1 day, least: 2 days, most: 3 weeks }', ['bad-value 7:16 due.within']],
    ['{ within: 10 days, least: 2 days }', ['missing-key 7:6 due']],
    ['{ within: 10 days, least: 2 workdays, most: 20 days }', ['missing-key 7:32 due.least']],
  ])('%s', (due, places) => expect(problemsOf(RULES(due))).toEqual(places));
});
