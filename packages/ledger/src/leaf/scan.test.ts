import { describe, expect, it } from 'vitest';
import { makeLeaves } from '../../test/sample.ts';
import { fromUtf8, utf8 } from '../bytes.ts';
import { canonicalText } from '../canonical/encode.ts';
import { LedgerError } from '../errors.ts';
import { decodeLeaf } from './decode.ts';
import { ENTRY_KINDS } from './model.ts';

const HASH = /^[0-9a-f]{64}$/;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const members = (value: unknown): { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The same by the slow and obvious way. */
function isLeaf(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (canonicalText(value) !== text) return false;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof LedgerError) return false;
    throw error;
  }
  const leaf = members(value);
  const command = members(leaf.command);
  const names =
    'command,correlation,directory,engine,environment,events,facts,kind,now,previous,stream,v,version';
  return (
    Object.keys(leaf).join() === names &&
    Object.keys(command).join() === 'actor,data,id,type' &&
    isText(command.id) &&
    isText(command.type) &&
    (leaf.correlation === null || isText(leaf.correlation)) &&
    isCount(leaf.directory) &&
    isCount(leaf.engine) &&
    leaf.engine !== 0 &&
    isText(leaf.environment) &&
    Array.isArray(leaf.events) &&
    leaf.events.every((event) => isText(members(event).type)) &&
    typeof leaf.facts === 'object' &&
    leaf.facts !== null &&
    !Array.isArray(leaf.facts) &&
    Object.values(leaf.facts).every((fact) => typeof fact === 'string' && HASH.test(fact)) &&
    ENTRY_KINDS.some((kind) => kind === leaf.kind) &&
    typeof leaf.now === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(leaf.now) &&
    isText(leaf.stream) &&
    leaf.v === 1 &&
    isCount(leaf.version) &&
    leaf.version !== 0 &&
    (leaf.version === 1
      ? leaf.previous === null
      : typeof leaf.previous === 'string' && HASH.test(leaf.previous))
  );
}

const accepts = (text: string): boolean => {
  try {
    decodeLeaf(utf8(text));
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
};

describe('the scan of a leaf', () => {
  const events = [
    { type: 'a.b', x: 1 },
    { a: 'type', type: 'c' },
  ];
  const [, second = new Uint8Array()] = makeLeaves([
    { stream: 's' },
    { stream: 's', correlation: 'c', facts: { 'role:x': 'ab'.repeat(32) }, events },
  ]);
  const sample = fromUtf8(second);

  it('agrees with the slow and obvious way, wherever one character is put in, left out or changed', () => {
    const wrong: string[] = [];
    const put = [
      '',
      '"',
      '0',
      '1',
      ':',
      ';',
      '/',
      '9',
      'a',
      'f',
      'g',
      'A',
      'Z',
      '-',
      ',',
      '{',
      '}',
      '[',
      ']',
      'null',
    ];
    for (let at = 0; at <= sample.length; at++) {
      for (const one of put) {
        for (const rest of [at, at + 1]) {
          const text = sample.slice(0, at) + one + sample.slice(rest);
          if (accepts(text) !== isLeaf(text)) wrong.push(text);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('agrees with it for every member of every kind', () => {
    const wrong: string[] = [];
    const leaf = JSON.parse(sample);
    const values = [
      null,
      true,
      0,
      1,
      2,
      -1,
      '',
      'x',
      'ab'.repeat(32),
      'AB'.repeat(32),
      '2026-01-31T09:00:00.000Z',
      [],
      {},
      [{}],
      [1],
    ];
    const more = [
      { type: 'x' },
      [{ type: 'x' }],
      [{ type: '' }],
      [{ type: 1 }],
      [{ type: [] }],
      [{ x: 'type' }],
      { x: 'ab' },
    ];
    for (const name of Object.keys(leaf)) {
      for (const value of [...values, ...more, ...ENTRY_KINDS]) {
        const text = canonicalText({ ...leaf, [name]: value });
        if (accepts(text) !== isLeaf(text)) wrong.push(text);
        const inner = canonicalText({ ...leaf, command: { ...leaf.command, [name]: value, id: value } });
        if (accepts(inner) !== isLeaf(inner)) wrong.push(inner);
      }
      const { [name]: _left, ...without } = leaf;
      if (accepts(canonicalText(without))) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });

  it('bounds the depth of what it does not look at', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    const leaf = JSON.parse(sample);
    const most = (put: (value: unknown) => unknown): number => {
      for (let depth = 1; depth < 300; depth++) {
        const text = JSON.stringify(put(nested(depth)));
        const sorted = canonicalText(JSON.parse(text), { maxBytes: 1 << 20, maxDepth: 1000 });
        if (!accepts(sorted)) return depth - 1;
      }
      return Number.POSITIVE_INFINITY;
    };
    const { command } = leaf;
    // From the outside all are bound alike: the leaf itself is one level, its command another.
    const data = most((value) => ({ ...leaf, command: { ...command, data: value } }));
    expect(most((value) => ({ ...leaf, command: { ...command, actor: value } }))).toBe(data);
    expect(most((value) => ({ ...leaf, events: [{ type: 'x', y: value }] }))).toBe(data - 1);
    expect(data).toBeLessThan(200);
  });
});
