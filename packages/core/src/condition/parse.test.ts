import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression } from './parse.ts';

const problem = (source: string) => {
  const parsed = parseExpression(source);
  return parsed.ok ? null : parsed.problem;
};

describe('what is not CEL', () => {
  it('is refused with its line and column', () => {
    expect(problem('amount >\n  (limit')).toEqual({
      code: 'syntax',
      message: 'Expected “)”, got the end of the expression.',
      line: 2,
      column: 9,
    });
    expect(problem('a = b')).toMatchObject({ code: 'syntax', line: 1, column: 3 });
    expect(problem('')).toMatchObject({ code: 'syntax', line: 1, column: 1 });
    expect(problem('a and b')).toMatchObject({ code: 'syntax' });
    expect(problem('while')).toMatchObject({ code: 'syntax' });
  });
});

describe('an amount with a unit', () => {
  it.each([
    ['amount > 2000 EUR', 10, '2000 EUR'],
    ['amount > 2000EUR', 10, '2000EUR'],
    ['amount > 2,000.00 eur && true', 10, '2,000.00 eur'],
    ['amount > EUR 2000', 10, 'EUR 2000'],
    ['amount > €2000', 10, '€2000'],
    ['share > 5%', 9, '5%'],
    ['share > 5 % && true', 9, '5 %'],
    ['age > 12 hours', 7, '12 hours'],
    ['note == "5 USD" && amount > 2000 EUR', 29, '2000 EUR'],
  ])('is shown the way to limits: %s', (source, column, text) => {
    const message = expect.stringContaining(`limits: { large: ${text} }`);
    expect(problem(source)).toMatchObject({ code: 'syntax', line: 1, column, message });
  });

  it('in a text or a comment is none', () => {
    for (const source of ['note == "2000 EUR" &&', "note == '5%' &&", 'amount > // 2000 EUR', 'n % 2 +'])
      expect(problem(source)?.message).toMatch(/^Unexpected token/);
  });
});

describe('CEL that is not of this subset', () => {
  it.each([
    ['null', 'not-supported'],
    ['{"a": 1}', 'not-supported'],
    ['{}.size()', 'not-supported'],
    ['b"bytes"', 'not-supported'],
    ['5u', 'not-supported'],
    ['1.5e3', 'not-supported'],
    ['9007199254740992', 'not-supported'],
    ['-9007199254740991', null],
    ['"\\u0000"', 'not-supported'],
    ['xs.all(x)', 'not-supported'],
    ['xs.all(1, true)', 'syntax'],
  ])('%s: %s', (source, code) => {
    expect(problem(source)?.code ?? null).toBe(code);
  });

  it('has no optional access', () => {
    expect(problem('a.?b')?.code).toBe('syntax');
  });
});

describe('the bounds hold', () => {
  it('on length', () => {
    expect(problem(`"${'x'.repeat(4094)}"`)).toBeNull();
    expect(problem(`"${'x'.repeat(4095)}"`)?.code).toBe('too-long');
  });

  it('on the number of parts, not on the length of a chain', () => {
    expect(problem(Array(200).fill('a').join('||'))).toBeNull();
    expect(problem(Array(251).fill('a').join('||'))?.code).toBe('too-many-nodes');
    expect(problem(`[${Array(499).fill('1').join(',')}]`)).toBeNull();
    expect(problem(`[${Array(500).fill('1').join(',')}]`)?.code).toBe('too-many-nodes');
  });

  it.each([
    ['parentheses', (n: number) => `${'('.repeat(n)}a${')'.repeat(n)}`],
    ['lists', (n: number) => `${'['.repeat(n)}a${']'.repeat(n)}`],
    ['calls', (n: number) => `${'f('.repeat(n)}a${')'.repeat(n)}`],
    ['indexes', (n: number) => `${'a['.repeat(n)}a${']'.repeat(n)}`],
    ['members', (n: number) => `a${'.b'.repeat(n)}`],
    ['choices', (n: number) => `${'a ? b : '.repeat(n)}c`],
    ['not', (n: number) => `${'!'.repeat(n)}a`],
    ['minus, spaced', (n: number) => `${'- '.repeat(n)}a`],
    ['not and minus, commented', (n: number) => `${'!//\n'.repeat(n)}a`],
  ])('on nesting: %s', (_, nest) => {
    expect(problem(nest(15))).toBeNull();
    expect(problem(nest(40))?.code).toBe('too-deep');
    expect(problem(nest(400))?.code).toBe('too-deep');
  });

  it('on macros', () => {
    expect(problem('xs.all(x, ys.exists(y, x == y))')).toBeNull();
    expect(problem('xs.all(x, ys.exists(y, zs.exists(z, z == x)))')?.code).toBe('too-deep');
  });

  it('texts that look like runs of operators are not', () => {
    expect(problem(`"${'!'.repeat(100)}" == '''${"-'".repeat(100)}-'''`)).toBeNull();
  });
});

describe('for any text', () => {
  const pieces = fc.constantFrom(
    ...['a', 'b.c', '1', '1.5', '"x"', "'y'", '"""', "'", '"', '(', ')', '[', ']', '{', '}', '.', ',', ':'],
    ...[
      '?',
      '!',
      '-',
      '+',
      '*',
      '/',
      '%',
      '==',
      '!=',
      '<',
      '<=',
      '&&',
      '||',
      'in',
      'true',
      'null',
      'has(a.b)',
    ],
    ...[
      'xs.map(x, x)',
      'xs.all(',
      'r"\\',
      'b"',
      '\\',
      '\n',
      '//',
      '\0',
      '\ud800',
      '__proto__',
      'cel.bind(',
      '0x',
    ],
  );
  const sources = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(pieces, { maxLength: 60 }).map((p) => p.join('')),
    fc.array(pieces, { maxLength: 60 }).map((p) => p.join(' ')),
    fc.tuple(pieces, fc.nat(5000)).map(([p, n]) => p.repeat(n)),
  );

  it('parsing answers, at a place in the text', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const found = problem(source);
        if (!found) return;
        const lines = source.split('\n');
        expect(found.line).toBeGreaterThanOrEqual(1);
        expect(found.line).toBeLessThanOrEqual(lines.length);
        expect(found.column).toBeGreaterThanOrEqual(1);
        expect(found.column).toBeLessThanOrEqual((lines[found.line - 1]?.length ?? 0) + 1);
        expect(found.message).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });
});
