import type { Random } from '../random.ts';

/** Pieces that parsers trip over, as bytes. */
const DICTIONARY: readonly Buffer[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    "'",
    ':',
    ',',
    '\n',
    '\r\n',
    '\t',
    '  ',
    '- ',
    '|',
    '>',
    '&a',
    '*a',
    '<<: *a',
  ],
  ...[
    '!!binary',
    '%YAML 1.2\n',
    '---\n',
    '...\n',
    '#',
    '?',
    '=',
    '==',
    '&&',
    '||',
    '!',
    '<',
    '>=',
    '+',
    '-',
    '%',
    '.',
    '..',
  ],
  ...[
    'null',
    'true',
    'NaN',
    'Infinity',
    '0',
    '-0',
    '1e400',
    '1e-400',
    '9007199254740993',
    '0x10',
    '0o7',
    '1_000',
    '.5',
  ],
  ...[
    '\u0000',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\u0301',
    '🧾',
    '\\u0000',
    '\\ud800',
    '\\udc00',
    '\\x41',
    '\\"',
    '\\',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'fields.',
    'limits.',
    'size(',
    'has(',
    '.all(x, ',
    'matches("(a+)+$")',
  ],
  ...[
    '<?xml',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '&b;',
    '<![CDATA[',
    ']]>',
    '<!--',
    '/>',
    '— ',
    '\n\n',
    '+',
    '|===|',
  ],
].map((text) => Buffer.from(text));
const BYTES: readonly Buffer[] = [
  Buffer.from([0x00]),
  Buffer.from([0xff]),
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from([0xef, 0xbb, 0xbf]),
];

type Mutation = (input: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

const splice = (input: Buffer, from: number, to: number, piece: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, from), piece, input.subarray(to)]);

function span(input: Buffer, random: Random): readonly [from: number, to: number] {
  const from = random.below(input.length + 1);
  return [from, Math.min(input.length, from + 1 + random.below(random.chance(0.7) ? 8 : 200))];
}

const MUTATIONS: readonly Mutation[] = [
  (input, random) => {
    if (input.length === 0) return input;
    const copy = Buffer.from(input);
    const at = random.below(copy.length);
    copy[at] = random.chance(0.5) ? (copy[at] ?? 0) ^ (1 << random.below(8)) : random.below(256);
    return copy;
  },
  (input, random) => splice(input, ...span(input, random), Buffer.alloc(0)),
  (input, random) => {
    const at = random.below(input.length + 1);
    return splice(input, at, at, random.some(random.chance(0.9) ? DICTIONARY : BYTES) ?? input);
  },
  (input, random) => splice(input, ...span(input, random), random.some(DICTIONARY) ?? input),
  // A piece of itself again, elsewhere: keys twice, lines moved.
  (input, random) => {
    const at = random.below(input.length + 1);
    return splice(input, at, at, input.subarray(...span(input, random)));
  },
  // A piece many times: what is nested gets deep, what is listed gets long.
  (input, random) => {
    const [from, to] = span(input, random);
    const piece = input.subarray(from, to);
    const times = 2 ** (1 + random.below(12));
    const copies = Math.min(times, Math.floor(200_000 / Math.max(1, piece.length)));
    return splice(input, to, to, Buffer.concat(Array.from({ length: copies }, () => piece)));
  },
  (input, random, corpus) => {
    const other = random.some(corpus) ?? input;
    return Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  // A number next to the one that stands there.
  (input, random) => {
    const text = input.toString('latin1');
    const found = random.some([...text.matchAll(/\d+/g)]);
    if (found === undefined) return input;
    const other = random.pick([
      '0',
      '1',
      '255',
      '256',
      '2147483648',
      '18446744073709551616',
      '9'.repeat(400),
      '-1',
    ]);
    return Buffer.from(
      text.slice(0, found.index) + other + text.slice(found.index + found[0].length),
      'latin1',
    );
  },
];

/** One to four changes of one input of the corpus. */
export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  let input = random.some(corpus) ?? Buffer.alloc(0);
  for (let i = 1 + random.below(4); i > 0; i -= 1) {
    input = (random.some(MUTATIONS) ?? MUTATIONS[0])?.(input, random, corpus) ?? input;
  }
  return input;
}
