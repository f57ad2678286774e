import { describe, expect, it } from 'vitest';
import type { FieldValues } from '../values.ts';
import { limits, scope } from './fixture.test-kit.ts';
import { evaluateSource } from './programs.ts';
import { lookupIn } from './scope.ts';

const run = (
  source: string,
  fields: FieldValues = {},
  checks: { [step: string]: 'pass' | 'fail' | 'unknown' } = {},
) =>
  evaluateSource(
    source,
    scope,
    lookupIn({
      fields,
      limits,
      requester: 'usr_r',
      submitter: 'usr_s',
      beneficiary: 'usr_r',
      check: (step) => checks[step],
      revision: 2,
    }),
  );
const result = (
  source: string,
  fields?: FieldValues,
  checks?: { [step: string]: 'pass' | 'fail' | 'unknown' },
) => run(source, fields, checks).result;
const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('a small deal with a small discount', () => {
  const rule = 'dealValue < limits.standardDeal && discount <= limits.freeDiscount';

  it('is standard below the limit, and not at it', () => {
    expect(result(rule, { dealValue: eur('9999.99'), discount: '5.0' })).toBe(true);
    expect(result(rule, { dealValue: eur('10000.00'), discount: '5' })).toBe(false);
    expect(result(rule, { dealValue: eur('1'), discount: '5.01' })).toBe(false);
  });

  it('cites only the part that made it false', () => {
    expect(run(rule, { dealValue: eur('20000'), discount: '1' }).inputs).toEqual({
      'fields.dealValue': eur('20000'),
      'limits.standardDeal': eur('10000'),
    });
    expect(run(rule, { dealValue: eur('1'), discount: '7' }).inputs).toEqual({
      'fields.discount': '7',
      'limits.freeDiscount': '5',
    });
  });

  it('is unknown without a discount, and names it; but no discount saves a large deal', () => {
    expect(run(rule, { dealValue: eur('1') })).toEqual({
      result: { unknown: ['fields.discount'] },
      inputs: {
        'fields.dealValue': eur('1'),
        'limits.standardDeal': eur('10000'),
        'fields.discount': null,
        'limits.freeDiscount': '5',
      },
    });
    expect(result(rule, { dealValue: eur('10001') })).toBe(false);
    expect(result(rule, { discount: '6' })).toBe(false);
  });
});

describe('absent is unknown', () => {
  it.each([
    ['true || urgent', true],
    ['urgent || true', true],
    ['false && urgent', false],
    ['urgent && false', false],
    ['urgent || false', { unknown: ['fields.urgent'] }],
    ['!urgent', { unknown: ['fields.urgent'] }],
    ['urgent == urgent', { unknown: ['fields.urgent'] }],
    ['seats > 1 || rate > 2.0', { unknown: ['fields.rate', 'fields.seats'] }],
    ['has(seats)', false],
    ['has(seats) && seats > 1', false],
    ['!has(seats) || seats > 1', true],
    ['urgent ? 1 : 1', 1],
    ['urgent ? 1 : 2', { unknown: ['fields.urgent'] }],
    ['urgent ? tags : tags', { unknown: ['fields.urgent'] }],
    ['tags.exists(t, t == "a")', { unknown: ['fields.tags'] }],
    ['1 in [1, seats]', true],
    ['2 in [1, seats]', { unknown: ['fields.seats'] }],
    ['seats in []', false],
    ['[1, seats].size()', 2],
    ['[1, seats].exists(n, n == 1)', true],
    ['[1, seats].all(n, n == 2)', false],
    ['[1, 1, seats].exists_one(n, n == 1)', false],
    ['[1, seats].exists_one(n, n == 1)', { unknown: ['fields.seats'] }],
    ['[1, seats].filter(n, n > 0)', { unknown: ['fields.seats'] }],
    ['[1, seats].map(n, n + 1)[0]', 2],
    ['[1, seats].map(n, n + 1)', { unknown: ['fields.seats'] }],
    ['counts[0]', { unknown: ['fields.counts'] }],
    ['checks.credit == "pass"', { unknown: ['checks.credit'] }],
    ['has(checks.credit)', false],
    ['has(requester) && has(limits.ratio)', true],
  ])('%s', (source, expected) => expect(result(source)).toEqual(expected));

  it('an item that is not in the list is absent', () => {
    expect(result('counts[3] == 1', { counts: [1, 2] })).toEqual({ unknown: ['fields.counts[3]'] });
    expect(result('counts[-1] == 1', { counts: [1, 2] })).toEqual({ unknown: ['fields.counts[-1]'] });
  });

  it('a check that answered unknown has not answered', () => {
    expect(result('checks.credit != "fail"', {}, { credit: 'unknown' })).toEqual({
      unknown: ['checks.credit'],
    });
    expect(result('!has(checks.credit) || checks.credit == "fail"', {}, { credit: 'unknown' })).toBe(true);
    expect(result('checks.credit == "pass"', {}, { credit: 'pass' })).toBe(true);
  });

  it('two currencies without a rate are unknown, and the rate is named', () => {
    const usd = { amount: '5', currency: 'USD' };
    for (const source of [
      'dealValue < limits.standardDeal',
      'limits.standardDeal == dealValue',
      'dealValue + fee == fee',
    ]) {
      expect(result(source, { dealValue: usd, fee: eur('1') })).toEqual({ unknown: ['rates.EUR-USD'] });
    }
    expect(result('dealValue in amounts', { dealValue: usd, amounts: [eur('5')] })).toEqual({
      unknown: ['rates.EUR-USD'],
    });
    expect(result('dealValue in amounts', { dealValue: usd, amounts: [eur('5'), usd] })).toBe(true);
  });
});

describe('computing is exact', () => {
  it.each([
    ['0.1 + 0.2 == 0.3', true],
    ['0.1 + 0.2', '0.3'],
    ['1 == 1.0', true],
    ['seats * 1.5', '4.5'],
    ['seats - 5', -2],
    ['-seats', -3],
    ['seats * 0', 0],
    ['fee * 3', eur('0.3')],
    ['3 * fee + fee', eur('0.4')],
    ['fee * limits.freeDiscount', eur('0.005')],
    ['limits.freeDiscount * fee', eur('0.005')],
    ['-fee', eur('-0.1')],
    ['discount + limits.freeDiscount', '12.5'],
    ['discount - limits.freeDiscount', '2.5'],
    ['"a" + title', 'aDeal'],
    ['size(title)', 4],
    ['size("🙂🙂")', 2],
    ['title.startsWith("De") && title.endsWith("al") && title.contains("ea")', true],
    ['title.contains("x")', false],
  ])('%s is %j', (source, expected) => {
    expect(result(source, { seats: 3, fee: eur('0.10'), discount: '7.5', title: 'Deal' })).toEqual(expected);
  });

  it('or it says that it cannot, and a settled condition does not care', () => {
    const large = Number.MAX_SAFE_INTEGER;
    expect(result('seats + 1 > 0', { seats: large })).toMatchObject({
      problem: { code: 'overflow', column: 1 },
    });
    expect(result('seats * seats > 0 || true', { seats: large })).toBe(true);
    expect(result('seats * seats > 0 || urgent', { seats: large })).toEqual({ unknown: ['fields.urgent'] });
  });
});

describe('dates and durations', () => {
  it.each([
    ['end - start', 'P29D'],
    ['start - end', '-P29D'],
    ['end - start < limits.notice', true],
    ['start + duration("P1M1D") == end', null],
    ['start + duration("P29D") == end', true],
    ['start + duration("P4W") + duration("P1D") == end', true],
    ['start - duration("P1D")', '2024-01-31'],
    ['received + duration("PT36H")', '2026-03-29T21:30:00.000Z'],
    ['received - timestamp("2026-03-28T09:00:00Z")', 'PT30M'],
    ['duration("PT24H") == duration("P1D")', true],
    ['duration("PT20H") * 3', 'PT60H'],
    ['start.getFullYear() == 2024 && start.getMonth() == 1 && start.getDate() == 1', true],
    ['end.getDayOfYear()', 60],
    ['end.getDayOfWeek()', 5],
    ['start.getDayOfMonth()', 0],
    ['received.getHours() * 100 + received.getMinutes()', 930],
    ['start + notice', '2024-02-29'],
  ])('%s is %j', (source, expected) => {
    const fields = {
      start: '2024-02-01',
      end: '2024-03-01',
      received: '2026-03-28T09:30:00.000Z',
      notice: 'P28D',
    };
    if (expected === null) expect(result(source, fields)).toMatchObject({ problem: { code: 'bad-literal' } });
    else expect(result(source, fields)).toEqual(expected);
  });

  it('a date moves by whole days, within the calendar', () => {
    expect(result('start + duration("PT36H")', { start: '2024-02-01' })).toMatchObject({
      problem: { code: 'whole-days' },
    });
    expect(result('start + duration("P1D")', { start: '9999-12-31' })).toMatchObject({
      problem: { code: 'overflow' },
    });
    expect(result('start - duration("P1D")', { start: '0001-01-01' })).toMatchObject({
      problem: { code: 'overflow' },
    });
  });
});

describe('lists', () => {
  const fields = {
    tags: ['legal', 'it', 'legal-hold'],
    amounts: [eur('1'), eur('20000'), eur('30000')],
    counts: [1, 2, 3],
  };
  it.each([
    ['tags.exists(t, t == "it")', true],
    ['tags.all(t, t.startsWith("legal"))', false],
    ['tags.exists_one(t, t.startsWith("legal"))', false],
    ['tags.filter(t, t.startsWith("legal"))', ['legal', 'legal-hold']],
    ['amounts.filter(a, a > limits.standardDeal).size()', 2],
    ['counts.map(n, n * n)', [1, 4, 9]],
    ['counts.map(n, n > 1, n * 10)', [20, 30]],
    ['counts.all(n, counts.exists(m, m == n))', true],
    ['2.0 in counts', true],
    ['counts[2]', 3],
    ['[seats, 2].size() == 2', true],
    ['[].all(x, false)', true],
    ['"it" in tags', true],
  ])('%s is %j', (source, expected) => expect(result(source, fields)).toEqual(expected));

  it('only the items that settle it are the reason', () => {
    const source = 'counts.exists(n, n == 1 ? urgent : budgetOwner)';
    expect(run(source, { counts: [1, 2], urgent: false, budgetOwner: true }).inputs).toEqual({
      'fields.counts': [1, 2],
      'fields.budgetOwner': true,
    });
  });
});

describe('hostile input', () => {
  it('a value that is not of its declared type is a problem, not a guess', () => {
    expect(result('tier == "standard"', { tier: 'gold' })).toMatchObject({ problem: { code: 'bad-value' } });
    expect(result('seats > 1', { seats: '5' })).toMatchObject({ problem: { code: 'bad-value' } });
    expect(result('fee > fee', { fee: { amount: '1', currency: 'USD' } })).toMatchObject({
      problem: { code: 'bad-value' },
    });
    expect(result('tags.size() > 1', { tags: Array(1001).fill('a') })).toMatchObject({
      problem: { code: 'bad-value' },
    });
  });

  it('long lists under nested macros run out of steps, always at the same one', () => {
    const counts = Array.from({ length: 1000 }, (_, i) => i);
    const source = 'counts.all(n, counts.exists(m, m == n))';
    expect(result(source, { counts })).toMatchObject({ problem: { code: 'step-budget' } });
    expect(result(source, { counts: counts.slice(0, 100) })).toBe(true);
  });

  it('searching long texts in long texts is paid for', () => {
    const tags = Array.from({ length: 1000 }, () => 'a'.repeat(10_000));
    const started = performance.now();
    expect(result(`tags.all(t, tags.exists(u, !u.contains(t + "b")))`, { tags })).toMatchObject({
      problem: { code: 'step-budget' },
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('an expression with problems is not evaluated', () => {
    expect(result('signer == "a@example.org"')).toMatchObject({ problem: { code: 'personal-field' } });
    expect(result('((')).toMatchObject({ problem: { code: 'syntax' } });
  });

  it('names from the prototype are not names', () => {
    const lookup = lookupIn({
      fields: {},
      limits,
      requester: 'a',
      submitter: 'b',
      beneficiary: 'c',
      check: () => undefined,
      revision: 1,
    });
    expect(
      ['fields.constructor', 'limits.__proto__', 'checks.toString', 'constructor', ''].map(lookup),
    ).toEqual(Array(5).fill(undefined));
  });
});
