import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../check.ts';
import { parseDefinition } from '../parse.ts';
import { unstorable } from './characters.ts';
import { readSource } from './read.ts';
import type { Source } from './tree.ts';

const codes = (text: string, format?: 'yaml' | 'json'): readonly string[] => {
  const read = readSource(text, format);
  return read.ok ? [] : read.problems.map(({ code, at }) => `${code} ${at.line}:${at.column}`);
};

describe('YAML that definitions leave out', () => {
  it.each([
    ['anchors', 'a: &x 1', 'alias 1:7'],
    ['aliases', 'b: *x', 'alias 1:4'],
    ['anchors of keys', '&x a: 1', 'alias 1:4'],
    ['merge keys', '<<: { a: 1 }', 'alias 1:1'],
    ['tags', 'a: !!str 1', 'tag 1:10'],
    ['duplicate keys', 'a: 1\nb: 2\na: 3', 'duplicate-key 3:1'],
    ['several documents', 'a: 1\n---\nb: 2', 'syntax 2:1'],
    ['directives', '%YAML 1.1\n---\na: 1', 'tag 1:1'],
    ['keys that are no words', '[a]: 1', 'syntax 1:1'],
    ['tabs for indentation', 'a:\n\tb: 1', 'syntax 2:1'],
    ['NUL', 'a: "x\0"', 'syntax 1:6'],
    ['an escaped NUL', 'a: "\\0"', 'syntax 1:4'],
    ['lone surrogates', 'a: \ud800', 'syntax 1:4'],
  ])('%s', (_what, text, where) => {
    expect(codes(text)).toEqual([where]);
  });

  it('a billion laughs is refused at its first alias', () => {
    const lines = [
      'a: &a [x, x]',
      ...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [*${'abcdefgh'[i]}, *${'abcdefgh'[i]}]`),
    ];
    expect(codes(lines.join('\n'))).toEqual(['alias 1:7']);
  });

  it.each([
    ['depth in YAML', '['.repeat(200_000)],
    ['depth in blocks', '- '.repeat(100_000)],
    ['depth in JSON', `{"a":${'['.repeat(200_000)}`],
    ['nodes', '{"a":['.concat('1,'.repeat(100_000))],
    ['nodes in YAML', 'a: ['.concat('1,'.repeat(120_000))],
    ['size', `a: ${'x'.repeat(300_000)}`],
  ])('%s is bounded, and soon', (_what, text) => {
    // Of this process's own time: what else the machine does is not the parser's.
    const start = process.cpuUsage();
    expect(codes(text)[0]).toMatch(/^too-large/);
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(2_000_000);
  });
});

describe('JSON', () => {
  it.each([
    ['a trailing comma', '{"a":1,}', 'syntax 1:8'],
    ['a missing colon', '{"a" 1}', 'syntax 1:6'],
    ['single quotes', "{'a':1}", 'syntax 1:2'],
    ['something after the end', '{} {}', 'syntax 1:4'],
    ['numbers that JSON does not have', '{"a": 01}', 'syntax 1:7'],
    ['an unclosed string', '{"a": "b\n"}', 'syntax 1:7'],
    ['a carriage return in a string', '{"a": "b\rc"}', 'syntax 1:7'],
    ['duplicate keys', '{"a":1,\n "a":2}', 'duplicate-key 2:2'],
  ])('%s', (_what, text, where) => {
    expect(codes(text, 'json')).toEqual([where]);
  });

  it('takes a character in a string or refuses it, whichever it is', () => {
    for (let code = 0; code < 0x3000; code += 1) {
      const char = String.fromCharCode(code);
      const read = readSource(`["${char}"]`, 'json');
      if (read.ok) expect(plain(read.root)).toEqual([char]);
      else expect(codes(`["${char}"]`, 'json')).toEqual([expect.stringMatching(/^(syntax|bad-escape)/)]);
    }
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.boolean(), (value, pretty) => {
        const text = JSON.stringify(value, null, pretty ? 2 : 0);
        const read = readSource(text, 'json');
        if (!read.ok) return unstorableSomewhere(value);
        expect(plain(read.root)).toEqual(JSON.parse(text));
        return true;
      }),
    );
  });

  it('is YAML as well, with the same positions', () => {
    const json = fc
      .jsonValue({ maxDepth: 4, stringUnit: fc.constantFrom(...'abc XYZ09_-:') })
      .filter((v) => v !== null && typeof v === 'object');
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value, null, 2);
        const [a, b] = [readSource(text, 'json'), readSource(text, 'yaml')];
        fc.pre(a.ok && b.ok);
        if (a.ok && b.ok) expect(places(b.root)).toEqual(places(a.root));
      }),
    );
  });
});

describe('anything', () => {
  const words = fc.constantFrom(
    ...[
      'definition',
      'route',
      'approve',
      'by',
      'when',
      'choose',
      'otherwise',
      'pass',
      'fields',
      'limits',
      'need',
      ':',
      '- ',
      '\n',
      '\n  ',
      '\n    ',
    ],
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '&a',
      '*a',
      '!t',
      '|',
      '>',
      '=',
      '5%',
      '1 EUR',
      'x',
      '#',
      '? ',
      '<<',
      '%',
      '---\n',
      '0x1',
      '.inf',
      '__proto__',
    ],
  );
  it('gives problems, never an exception', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(words, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('yaml', 'json', undefined), (text, format) => {
        const result = parseDefinition(text, format);
        if (result.ok) checkDefinition(result.definition, result.source);
        else {
          expect(result.problems.length).toBeGreaterThan(0);
          for (const problem of result.problems) expect(problem.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

const unstorableSomewhere = (value: unknown): boolean =>
  typeof value === 'string'
    ? unstorable(value) !== undefined
    : typeof value === 'object' && value !== null && Object.entries(value).flat().some(unstorableSomewhere);

function plain(source: Source): unknown {
  if (source.is === 'list') return source.items.map(plain);
  if (source.is === 'map') {
    const value: { [key: string]: unknown } = {};
    for (const entry of source.entries)
      Object.defineProperty(value, entry.key, {
        value: plain(entry.value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return value;
  }
  return source.is === 'text' ? source.text : JSON.parse(source.text);
}

function places(source: Source): unknown {
  if (source.is === 'list') return [source.at, source.items.map(places)];
  if (source.is === 'map') return [source.at, source.entries.map((e) => [e.key, e.at, places(e.value)])];
  return [source.at, source.is, source.text, source.textAt];
}
