import { describe, expect, it } from 'vitest';
import { utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { canonicalText } from './encode.ts';
import { LEAF_LIMITS } from './limits.ts';
import { checkCanonical } from './parse.ts';
import { integerAt, isStringAt, scanArray, scanInteger, scanObject, scanString } from './scan.ts';

/** By the scan alone: what it lets through, nothing after it may find. */
const said = (bytes: Uint8Array, limits = LEAF_LIMITS): string => {
  try {
    checkCanonical(bytes, limits);
    return 'accepted';
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code}: ${error.message}`;
    throw error;
  }
};
const accepts = (text: string): boolean => said(utf8(text)) === 'accepted';

function isCanonical(text: string): boolean {
  try {
    return canonicalText(JSON.parse(text)) === text;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof LedgerError) return false;
    throw error;
  }
}

describe('the scan of canonical JSON', () => {
  it('agrees with parsing and encoding again, wherever one character is put in, left out or changed', () => {
    const samples = [
      '{"a":[1,-20,{"b":""}],"ab":null,"b":{"\\u0001":true,"\\"":false,"\\\\":"\\n\\u001f"},"é":"€😀","ﬀ":[]}',
      '[0,[],{},"",-1,9007199254740991]',
    ];
    const put = [
      '',
      ' ',
      '"',
      '\\',
      '0',
      '1',
      '9',
      '-',
      '.',
      'e',
      'E',
      ',',
      ':',
      '[',
      ']',
      '{',
      '}',
      'a',
      'u',
      'é',
      '\u0001',
      't',
    ];
    const wrong: string[] = [];
    for (const sample of samples) {
      for (let at = 0; at <= sample.length; at++) {
        for (const one of put) {
          for (const rest of [at, at + 1]) {
            const text = sample.slice(0, at) + one + sample.slice(rest);
            if (text.isWellFormed() && accepts(text) !== isCanonical(text)) wrong.push(text);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('orders any two names as UTF-16 does', () => {
    const names = [
      '',
      '!',
      'a',
      'ab',
      'abc',
      'b',
      '"',
      '\\',
      '\n',
      '\u0001',
      '#',
      '~',
      '\u0080',
      'é',
      'éa',
      'aé',
      'a"',
      '€',
      '\ufb33',
      '\u{1f600}',
    ];
    for (const a of names) {
      for (const b of names) {
        const text = `{${JSON.stringify(a)}:1,${JSON.stringify(b)}:2}`;
        expect([text, accepts(text)]).toEqual([text, a < b]);
      }
    }
  });

  it('lets exactly UTF-8 through (RFC 3629)', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const leads = [
      0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
    ];
    const tails = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    const wrong: (readonly number[])[] = [];
    const check = (bytes: readonly number[]): void => {
      let valid = true;
      try {
        strict.decode(Uint8Array.from(bytes));
      } catch {
        valid = false;
      }
      const text = Uint8Array.from([0x22, ...bytes, 0x22]);
      if ((said(text) === 'accepted') !== valid) wrong.push(bytes);
      // Cut off in the middle of a character.
      if (bytes.length > 1 && said(text.subarray(0, -1)) === 'accepted') wrong.push(bytes);
    };
    for (const lead of leads) {
      check([lead]);
      for (const a of tails) {
        check([lead, a]);
        for (const b of tails) {
          check([lead, a, b]);
          for (const c of tails) check([lead, a, b, c]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('counts depth on the way in and not on the way out', () => {
    const limits = { maxBytes: 100, maxDepth: 2 };
    expect(said(utf8('[[],[],{},{"a":1}]'), limits)).toBe('accepted');
    expect(said(utf8('{"a":{},"b":[]}'), limits)).toBe('accepted');
    for (const deep of ['[[[]]]', '[{"a":[]}]', '{"a":[{}]}', '{"a":{"b":{}}}'])
      expect(said(utf8(deep), limits)).toMatch(/^too_deep/);
  });

  it('says what is wrong, and where', () => {
    const wrong = [
      ...[
        '',
        ' ',
        '1 ',
        '[1',
        '[1 ',
        '{"a"',
        '{"a" ',
        '{"a":',
        '{a',
        '{"a":1 ',
        '"',
        '"\u001f"',
        '"\\x"',
        '"\\u00',
        '"\\ud800"',
      ],
      ...[
        '"\\u0000"',
        'trux',
        'fals',
        'nul',
        '-',
        '01',
        '-0',
        '1.5',
        '1e5',
        '1E5',
        '9007199254740992',
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
      ],
      ...['{"é":1,"é":1}', '{"é":1,"d":1}', '{"ab":1,"a":1}'],
    ];
    expect(wrong.map((text) => `${text} → ${said(utf8(text))}`)).toMatchSnapshot();
  });

  it('is a scan of the one thing that was asked for', () => {
    const bytes = utf8('[1,"a"]');
    const refused = (work: () => unknown) =>
      expect(work).toThrow(expect.objectContaining({ code: 'not_canonical' }));
    refused(() => scanObject(bytes, 0, 9));
    refused(() => scanString(bytes, 0));
    refused(() => scanArray(bytes, 1, 9));
    refused(() => scanInteger(bytes, 0));
    expect([scanArray(bytes, 0, 9), scanInteger(bytes, 1), scanString(bytes, 3)]).toEqual([7, 2, 6]);
    expect(integerAt(utf8('x1203,'), 1, 5)).toBe(1203);
  });
});

describe('comparing a scanned string in place', () => {
  it.each([
    ['"abc"', 'abc', true],
    ['"abcd"', 'abc', false],
    ['"ab"', 'abc', false],
    ['"abd"', 'abc', false],
    ['"xbc"', 'abc', false],
    ['""', '', true],
    ['"a"', '', false],
    ['"é\\n"', 'é\n', true],
    ['"\\\\"', '\\', true],
    ['"\\n"', '\\n', false],
    ['"é"', 'e', false],
  ])('%s and %j', (text, other, same) => {
    expect(isStringAt(utf8(`[${text}]`), 1, other)).toBe(same);
  });
});
