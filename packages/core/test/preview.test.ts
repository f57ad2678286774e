import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factSource } from '../src/facts/directory.ts';
import type { Content } from '../src/request/commands.ts';
import { type Preview, preview } from '../src/request/preview.ts';
import type { Refusal } from '../src/request/result.ts';
import {
  eur,
  everyone,
  file,
  group,
  legal,
  now,
  open,
  people,
  role,
  service,
  types,
  type World,
  world,
} from './kit.ts';

const route = `
definition: previewed
title: Previewed
limits: { small: 100 EUR, large: 1000 EUR }
fields:
  amount: { type: money }
  tier: { type: text }
separate:
  - different: [legal, finance]
route:
  - choose:
      - when: amount < limits.small
        pass: Small amounts, policy FIN-1
      - otherwise:
          - approve: legal
            by: { group: legal }
  - check: budget
    ask: erp.budget
    within: 1 hour
    else: { fail: reject, unknown: hold }
  - approve: finance
    when: amount > limits.large
    by: { role: finance }
    need: 2
    whileActive: true
  - approve: board
    when: tier == "gold"
    by: { group: board }
  - approve: last
    by: { group: closing }
`;
const asked = (w: World, fields: Content['fields'], draft = false): Preview | { refusal: Refusal } => {
  const data = {
    type: 'create' as const,
    request: 'req_1',
    definition: w.definition.definition.definition,
    definitionDigest: w.definition.digest,
    requester: 'req',
    submitter: null,
    beneficiary: null,
    externalReference: null,
    content: { fields, documents: {} },
    draft,
  };
  const context = { now: w.now, definition: w.definition, facts: factSource(w.directory) };
  return preview({ id: 'cmd_1', actor: service, data }, data, context);
};
const previewed = (w: World, fields: Content['fields'], draft = false): Preview => {
  const found = asked(w, fields, draft);
  if ('refusal' in found) throw new Error(found.refusal.message);
  return found;
};
const brief = ({ steps }: Preview) =>
  steps.map(
    (s) => `${s.step} ${s.status}${s.asked.map((a) => ` ${a.person}`).join('')}${s.atOnce ? ' now' : ''}`,
  );

describe('a preview', () => {
  const w = world(route, [
    ...everyone,
    legal,
    role('finance', 'dan', 'eve'),
    group('board'),
    group('closing', 'ann'),
  ]);

  it('shows the whole route: who is asked now, who would be, what is skipped, what would block', () => {
    const { steps, passes } = previewed(w, { amount: eur('5000'), tier: 'gold' });
    expect(brief({ steps } as Preview)).toEqual([
      'choose-1 chosen now',
      'legal open ann bob cyd now',
      'budget waiting',
      'finance open dan eve',
      'board blocked',
      'last open ann',
    ]);
    expect(steps[3]).toMatchObject({
      required: 2,
      why: { rule: 'required', inputs: { 'fields.amount': eur('5000.00') } },
    });
    expect(steps[4]?.why?.rule).toBe('no-eligible-person');
    expect(passes).toBe(false);
  });

  it('says what is passed and skipped, and why', () => {
    const { steps } = previewed(w, { amount: eur('5'), tier: 'tin' });
    expect(steps.map((s) => [s.step, s.status, s.reason ?? s.why?.rule])).toEqual([
      ['choose-1', 'passed', 'Small amounts, policy FIN-1'],
      ['legal', 'not_reached', undefined],
      ['budget', 'waiting', 'required'],
      ['finance', 'skipped', 'when-false'],
      ['board', 'skipped', 'when-false'],
      ['last', 'open', 'required'],
    ]);
  });

  it('names what would hold it, and looks past a held step but not past an unknown choice', () => {
    const late = previewed(w, { amount: eur('500') });
    expect(late.steps.find((s) => s.step === 'board')).toMatchObject({
      status: 'held',
      missing: ['fields.tier'],
    });
    expect(late.steps.at(-1)?.status).toBe('open');
    const none = previewed(w, {});
    expect(brief(none)).toEqual([
      'choose-1 held now',
      ...['legal', 'budget', 'finance', 'board', 'last'].map((step) => `${step} not_reached`),
    ]);
  });

  it('of a draft shows what it can, and what is still to be given', () => {
    const strict = world(
      route.replace('amount: { type: money }', 'amount: { type: money, required: true }'),
      [...everyone, legal],
    );
    expect(previewed(strict, { tier: 'tin' }, true).missing).toMatchObject([{ field: 'fields.amount' }]);
    expect(asked(strict, { tier: 'tin' })).toMatchObject({ refusal: { code: 'validation-failed' } });
  });

  it('refuses what filing would refuse', () => {
    expect(asked(w, { amount: 'much' })).toMatchObject({ refusal: { code: 'validation-failed' } });
  });

  it('filed afterwards, the same is recorded, and the same persons are asked (property)', () => {
    const names = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'];
    const some = fc.subarray(names);
    const cases = fc.record({
      legal: some,
      finance: some,
      board: some,
      amount: fc.option(fc.constantFrom('5', '99.99', '100', '1000', '5000'), { nil: undefined }),
      tier: fc.option(fc.constantFrom('gold', 'tin'), { nil: undefined }),
      draft: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, (one) => {
        const w2 = world(route, [
          ...people(...names),
          group('legal', ...one.legal),
          role('finance', ...one.finance),
          group('board', ...one.board),
          group('closing', 'ann'),
        ]);
        const fields = {
          ...(one.amount === undefined ? {} : { amount: eur(one.amount) }),
          ...(one.tier === undefined ? {} : { tier: one.tier }),
        };
        const before = previewed(w2, fields, one.draft);
        const { events } = file(w2, fields);
        expect(before.events).toEqual(events);
        const first = before.steps
          .filter((s) => s.atOnce)
          .flatMap((s) => s.asked.map((a) => `${s.step}:${a.person}`));
        expect(first).toEqual(open(w2));
        expect(before.passes).toBe(now(w2).outcome === 'approved');
        expect(types(before.events)).toContain('request.submitted');
      }),
      { numRuns: 300 },
    );
  });
});
