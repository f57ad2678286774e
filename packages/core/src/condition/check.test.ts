import { describe, expect, it } from 'vitest';
import { checkExpression } from './check.ts';
import { scope } from './fixture.test-kit.ts';
import { parseExpression } from './parse.ts';
import { BOOLEAN, DECIMAL, type Type } from './types.ts';

const check = (source: string, expected?: Type) => {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return checkExpression(parsed.expression, scope, expected);
};
const codes = (source: string, expected?: Type) => check(source, expected).problems.map((p) => p.code);

describe('an expression that may be published', () => {
  it.each([
    ['dealValue < limits.standardDeal && discount <= limits.freeDiscount', 'boolean'],
    ['tier == "enterprise" ? region in ["EMEA", "APAC"] : budgetOwner', 'boolean'],
    ['dealValue * discount', 'money'],
    ['limits.freeDiscount * fee + fee', 'money'],
    ['seats * 1.5', 'decimal'],
    ['seats * 2', 'integer'],
    ['end - start', 'duration'],
    ['start + duration("P3D")', 'date'],
    ['received - duration("PT12H") < timestamp("2026-01-31T09:00:00+01:00")', 'boolean'],
    ['tags.exists(t, t.startsWith("legal"))', 'boolean'],
    ['amounts.filter(a, a > limits.standardDeal).size() >= 2', 'boolean'],
    ['counts.map(n, n * 2)', 'list'],
    ['requester != sponsor && sponsor in [submitter, "usr_1"]', 'boolean'],
    ['checks.credit == "pass" && checks["credit-score"] != "fail"', 'boolean'],
    ['fields["cost-centre"].contains("42")', 'boolean'],
    ['has(fields.notice) && has(rate) && has(checks.credit)', 'boolean'],
    ['revision.number > 1', 'boolean'],
    ['(urgent ? "standard" : "enterprise") == tier', 'boolean'],
    ['[1, 2.5, seats].exists(x, x > rate)', 'boolean'],
    ['tier in [] || 1 in counts', 'boolean'],
  ])('%s is %s', (source, type) => {
    const checked = check(source);
    expect(checked.problems).toEqual([]);
    expect(checked.type.type).toBe(type);
  });

  it('names what it reads', () => {
    expect(check('dealValue < limits.standardDeal || has(rate) || requester == sponsor').reads).toEqual([
      'fields.dealValue',
      'limits.standardDeal',
      'fields.rate',
      'requester',
      'fields.sponsor',
    ]);
  });
});

describe('an expression that is refused, and why', () => {
  it.each([
    ['dealVaule > limits.standardDeal', 'unknown-name'],
    ['dealValue > limits.standard', 'unknown-name'],
    ['checks.legal == "pass"', 'unknown-name'],
    ['limits', 'unknown-name'],
    ['requester.manager == sponsor', 'unknown-name'],
    ['dealValue.amount', 'unknown-name'],
    ['constructor == "a"', 'unknown-name'],
    ['limits.toString == "a"', 'unknown-name'],
    ['signer == "a@example.org"', 'personal-field'],
    ['has(fields.signer)', 'personal-field'],
    ['fields["signer"].size() > 1', 'personal-field'],
    ['dealValue > 10000', 'needs-limit'],
    ['discount > 0.05', 'needs-limit'],
    ['tier == "gold"', 'enum-value'],
    ['tier in ["standard", "gold"]', 'enum-value'],
    ['tier == region', 'enum-value'],
    ['checks.credit == "unknown"', 'enum-value'],
    ['fee > usFee', 'currency'],
    ['fee + usFee > fee', 'currency'],
    ['title == 5', 'wrong-type'],
    ['title == tier', 'wrong-type'],
    ['start == received', 'wrong-type'],
    ['start > "2026-01-01"', 'wrong-type'],
    ['title < "m"', 'wrong-type'],
    ['urgent < budgetOwner', 'wrong-type'],
    ['sponsor > requester', 'wrong-type'],
    ['tags == tags', 'wrong-type'],
    ['urgent && seats', 'wrong-type'],
    ['!tier', 'wrong-type'],
    ['seats ? 1 : 2', 'wrong-type'],
    ['urgent ? 1 : "a"', 'wrong-type'],
    ['"a" in title', 'wrong-type'],
    ['[1, "a"]', 'wrong-type'],
    ['fee * fee', 'wrong-type'],
    ['fee + 1', 'wrong-type'],
    ['discount * 2', 'wrong-type'],
    ['start + 1', 'wrong-type'],
    ['-title', 'wrong-type'],
    ['title.all(c, true)', 'wrong-type'],
    ['tags[true]', 'wrong-type'],
    ['rate + [][0] > 1.0', 'wrong-type'],
    ['[].map(n, n)[0] == 1', 'wrong-type'],
    ['seats.size()', 'wrong-type'],
    ['seats.startsWith("1")', 'wrong-type'],
    ['fee / 2', 'division'],
    ['seats % 2 == 0', 'division'],
    ['date("2026-02-30") < start', 'bad-literal'],
    ['sponsor == "anna"', 'bad-literal'],
    ['duration("1h") < notice', 'bad-literal'],
    ['date(title)', 'wrong-arguments'],
    ['size()', 'wrong-arguments'],
    ['has("a")', 'wrong-arguments'],
    ['title.startsWith()', 'wrong-arguments'],
    ['title.matches("a+")', 'not-supported'],
    ['[[1], [2]]', 'not-supported'],
    ['counts.map(n, [n])', 'not-supported'],
    ['now()', 'unknown-function'],
    ['double(seats)', 'unknown-function'],
    ['cel.bind(x, 1, x)', 'unknown-function'],
    ['__defineGetter__("a")', 'unknown-function'],
    ['tags.all(title, true)', 'shadowed-name'],
    ['tags.all(t, tags.exists(t, true))', 'shadowed-name'],
    ['tags.all(limits, true)', 'shadowed-name'],
  ])('%s: %s', (source, code) => {
    const checked = check(source);
    expect(checked.problems.map((p) => p.code)).toEqual([code]);
    expect(checked.program).toBeNull();
  });

  it('what was asked for is another type', () => {
    expect(codes('seats', BOOLEAN)).toEqual(['wrong-type']);
    expect(codes('seats', DECIMAL)).toEqual([]);
    expect(codes('"EMEA"', { type: 'enum', of: ['EMEA'] })).toEqual([]);
    expect(codes('"MARS"', { type: 'enum', of: ['EMEA'] })).toEqual(['enum-value']);
    expect(codes('usFee', { type: 'money', currency: 'EUR' })).toEqual(['wrong-type']);
  });

  it('every problem is reported, each once, where it stands', () => {
    const { problems } = check('dealVaule > limits.standardDeal ||\n tier == "gold" ||\n  -title == 1');
    expect(problems.map((p) => [p.code, p.line, p.column])).toEqual([
      ['unknown-name', 1, 1],
      ['enum-value', 2, 10],
      ['wrong-type', 3, 3],
    ]);
  });

  it('a hyphened name is pointed out', () => {
    expect(check('limits.cost-centre > 1').problems[0]?.message).toContain('Defined: standardDeal');
    expect(check('fields.cost-centre == "1"').problems[0]?.message).toContain('Write fields["cost-centre"]');
  });
});
