import fc from 'fast-check';
import { paths } from './fixture.test-kit.ts';

/** Sources of the given types, nearly always well typed, over the fixture's names. */
const grammar = fc.letrec<{ [rule: string]: string }>((tie) => {
  const from = (...sources: string[]) => fc.constantFrom(...sources);
  const join = (...parts: (string | ReturnType<typeof tie>)[]) =>
    fc.tuple(...parts.map((p) => (typeof p === 'string' ? fc.constant(p) : p))).map((p) => p.join(''));
  const comparison = (rule: string, operators: string[]) =>
    fc.tuple(tie(rule), fc.constantFrom(...operators), tie(rule)).map(([a, o, b]) => `${a} ${o} ${b}`);
  const all = ['==', '!=', '<', '<=', '>', '>='];
  const some =
    (rule: string, ...leaves: string[]) =>
    (...inner: ReturnType<typeof join>[]) =>
      fc.oneof(
        { maxDepth: 4, depthIdentifier: 'd', withCrossShrink: true },
        from(...leaves),
        join('(', tie('boolean'), ' ? ', tie(rule), ' : ', tie(rule), ')'),
        ...inner,
      );
  return {
    boolean: some('boolean', 'urgent', 'budgetOwner', 'true', 'false', 'has(rate)', 'has(fields.urgent)')(
      join('(', tie('boolean'), ' && ', tie('boolean'), ')'),
      join('(', tie('boolean'), ' || ', tie('boolean'), ')'),
      join('!', tie('boolean')),
      join('(', comparison('boolean', ['==', '!=']), ')'),
      join('(', comparison('integer', all), ')'),
      join('(', comparison('decimal', all), ')'),
      join('(', comparison('money', all), ')'),
      join('(', comparison('percent', all), ')'),
      join('(', comparison('date', all), ')'),
      join('(', comparison('datetime', all), ')'),
      join('(', comparison('duration', all), ')'),
      join('(', comparison('text', ['==', '!=']), ')'),
      join('(tier == ', from('"standard"', '"enterprise"'), ')'),
      join('(checks.credit == ', from('"pass"', '"fail"'), ')'),
      join('(requester ', from('==', '!='), ' sponsor)'),
      join('(', tie('integer'), ' in ', tie('integers'), ')'),
      join('(', tie('text'), ' in ', tie('texts'), ')'),
      join(tie('text'), '.', from('startsWith', 'endsWith', 'contains'), '(', tie('text'), ')'),
      join(
        tie('integers'),
        '.',
        from('all', 'exists', 'exists_one'),
        '(n, ',
        from('n > 1', 'n == seats', 'urgent'),
        ')',
      ),
      join('amounts.', from('all', 'exists', 'exists_one'), '(a, a > ', tie('money'), ')'),
    ),
    integer: some(
      'integer',
      'seats',
      '0',
      '2',
      '-7',
      'limits.seats',
      'revision.number',
      'size(tags)',
    )(
      join('(', tie('integer'), ' ', from('+', '-', '*'), ' ', tie('integer'), ')'),
      join('-', tie('integer')),
      join(tie('integers'), '[', tie('integer'), ']'),
      join(tie('integers'), '.size()'),
      join(tie('text'), '.size()'),
      join(tie('date'), from('.getFullYear()', '.getMonth()', '.getDayOfWeek()', '.getDayOfYear()')),
      join(tie('datetime'), from('.getHours()', '.getDate()')),
    ),
    decimal: some(
      'decimal',
      'rate',
      '0.1',
      '3.25',
      'limits.ratio',
    )(
      join('(', tie('decimal'), ' ', from('+', '-', '*'), ' ', fc.oneof(tie('decimal'), tie('integer')), ')'),
    ),
    money: some(
      'money',
      'dealValue',
      'fee',
      'limits.standardDeal',
      'amounts[0]',
    )(
      join('(', tie('money'), ' ', from('+', '-'), ' ', tie('money'), ')'),
      join('(', tie('money'), ' * ', fc.oneof(tie('decimal'), tie('integer'), tie('percent')), ')'),
      join('(-', tie('money'), ')'),
    ),
    percent: some(
      'percent',
      'discount',
      'limits.freeDiscount',
    )(join('(', tie('percent'), ' ', from('+', '-'), ' ', tie('percent'), ')')),
    date: some(
      'date',
      'start',
      'end',
      'date("2024-02-29")',
    )(join('(', tie('date'), ' ', from('+', '-'), ' ', tie('duration'), ')')),
    datetime: some(
      'datetime',
      'received',
      'timestamp("2026-01-31T09:00:00Z")',
    )(join('(', tie('datetime'), ' ', from('+', '-'), ' ', tie('duration'), ')')),
    duration: some(
      'duration',
      'notice',
      'limits.notice',
      'duration("P3D")',
      'duration("PT90M")',
    )(
      join('(', tie('date'), ' - ', tie('date'), ')'),
      join('(', tie('datetime'), ' - ', tie('datetime'), ')'),
      join('(', tie('duration'), ' * ', tie('integer'), ')'),
    ),
    text: some(
      'text',
      'title',
      '"a"',
      '""',
      'fields["cost-centre"]',
      'tags[1]',
    )(join('(', tie('text'), ' + ', tie('text'), ')')),
    integers: some(
      'integers',
      'counts',
      '[]',
      '[1, 2]',
    )(
      join('[', tie('integer'), ', ', tie('integer'), ']'),
      join(tie('integers'), '.filter(n, ', from('n > 1', 'urgent', 'n in counts'), ')'),
      join(tie('integers'), '.map(n, ', from('n + 1', 'seats', 'n > 0, n * n'), ')'),
    ),
    texts: some(
      'texts',
      'tags',
      '["a", "b"]',
    )(join('[', tie('text'), ']'), join(tie('texts'), '.filter(t, t.contains("a"))')),
  };
});

export const booleans: fc.Arbitrary<string> = fc.oneof(grammar.boolean ?? fc.constant('true'));
export const anySource: fc.Arbitrary<string> = fc.oneof(
  ...['boolean', 'integer', 'decimal', 'money', 'duration', 'text', 'integers', 'texts', 'date'].map(
    (rule) => grammar[rule] ?? fc.constant('true'),
  ),
);

/** Source text glued from well-typed pieces without regard to their types. */
export const wildSource: fc.Arbitrary<string> = fc
  .tuple(anySource, fc.constantFrom('+', '-', '*', '==', '<', '&&', '||', 'in', '? 1 :', '/'), anySource)
  .map(([a, o, b]) => `${a} ${o} ${b}`);

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const money = fc.record({
  amount: pick('0', '1', '-2.50', '10000', '99999999999999.99'),
  currency: pick('EUR', 'USD'),
});

/** A value of the path's declared type. */
function typed(path: string): fc.Arbitrary<unknown> {
  const name = path.split('.').pop() ?? '';
  if (path === 'limits.standardDeal' || name === 'fee') return money.map((m) => ({ ...m, currency: 'EUR' }));
  if (name === 'usFee') return money.map((m) => ({ ...m, currency: 'USD' }));
  if (name === 'dealValue') return money;
  if (path.startsWith('checks.')) return pick('pass', 'fail', 'unknown');
  if (path === 'limits.notice' || name === 'notice') return pick('P1D', 'PT36H', 'P30D');
  if (name === 'discount' || name === 'freeDiscount') return pick('5', '0', '99.5');
  if (name === 'rate' || name === 'ratio') return pick('0', '0.1', '-3', '1.5');
  if (name === 'seats' || name === 'number') return pick(0, 1, 3, -2, Number.MAX_SAFE_INTEGER);
  if (name === 'urgent' || name === 'budgetOwner') return fc.boolean();
  if (name === 'tier') return pick('standard', 'enterprise');
  if (name === 'region') return pick('EMEA', 'AMER');
  if (name === 'start' || name === 'end') return pick('2024-02-29', '2026-01-01', '9999-12-31');
  if (name === 'received') return pick('2026-01-31T09:00:00.000Z', '1999-12-31T23:59:59.999Z');
  if (name === 'tags') return fc.array(pick('a', 'b', 'ab'), { maxLength: 3 });
  if (name === 'amounts') return fc.array(money, { maxLength: 3 });
  if (name === 'counts') return fc.array(pick(0, 1, 2, 3), { maxLength: 3 });
  return pick('a', 'b', 'ab', 'usr_1');
}

export type Values = { readonly [path: string]: unknown };

export const typedValues: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(paths.map((p) => [p, fc.option(typed(p), { nil: undefined, freq: 3 })])),
);
export const fullValues: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(paths.map((p) => [p, typed(p)])),
);
/** Anything at all, now and then of the right type. */
export const anyValues: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(paths.map((p) => [p, fc.oneof(typed(p), fc.anything(), fc.constant(undefined))])),
);
