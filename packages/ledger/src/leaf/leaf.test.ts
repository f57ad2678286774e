import { describe, expect, it } from 'vitest';
import { makeLeaves } from '../../test/sample.ts';
import { fromUtf8, utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { decodeLeaf } from './decode.ts';
import { encodeLeaf } from './encode.ts';
import type { LeafInput } from './model.ts';

const [bytes = new Uint8Array()] = makeLeaves([{ stream: 'req_1' }]);
const leaf: LeafInput = decodeLeaf(bytes);
const HASH = 'ab'.repeat(32);

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('a leaf', () => {
  it('is the canonical bytes of its entry', () => {
    expect(encodeLeaf(leaf)).toEqual(bytes);
    expect(fromUtf8(bytes)).toMatch(/^\{"command":\{"actor":.*"version":1\}$/);
  });

  it('holds every member of the entry, through its bytes', () => {
    const full: LeafInput = {
      ...leaf,
      kind: 'definition',
      version: 7,
      previous: HASH,
      correlation: 'po-4711 "ä"',
      facts: { 'role:cfo': HASH, 'person:usr_1': HASH },
      events: [{ type: 'step.opened' }, { type: 'step.approved' }],
    };
    expect(decodeLeaf(encodeLeaf(full))).toEqual(full);
  });

  it.each<[string, Partial<LeafInput>]>([
    ['a first version that names a previous one', { previous: HASH }],
    ['a later version that names none', { version: 2 }],
    ['a previous hash in capitals', { version: 2, previous: HASH.toUpperCase() }],
    ['version 0', { version: 0 }],
    ['engine 0', { engine: 0 }],
    ['a negative directory revision', { directory: -1 }],
    ['an empty stream', { stream: '' }],
    ['a time without milliseconds', { now: '2026-01-31T09:00:00Z' }],
    ['a time with an offset', { now: '2026-01-31T09:00:00.000+01:00' }],
    ['a fact that is not a digest', { facts: { 'role:cfo': 'usr_1' } }],
    ['an event without a name', { events: [{ type: '' }] }],
  ])('is refused with %s', (_what, override) => {
    expect(refusal(() => encodeLeaf({ ...leaf, ...override }))).toBe('bad_leaf');
  });

  it.each([
    ['a member that it should not have', (text: string) => text.replace('"version":1', '"version":1,"w":1')],
    ['a missing member', (text: string) => text.replace(/"now":"[^"]*",/, '')],
    ['another format', (text: string) => text.replace('"v":1,', '"v":2,')],
    ['an unknown kind', (text: string) => text.replace('"request"', '"requests"')],
    ['an event of no type', (text: string) => text.replace('"type":"decision.recorded"', '"tipe":"x"')],
    [
      'an event type that is a number',
      (text: string) => text.replace('"type":"decision.recorded"', '"type":1'),
    ],
    ['an event that is a text', (text: string) => text.replace(/"events":\[[^\]]*\]/, '"events":["x"]')],
    [
      'a member of the command that it should not have',
      (text: string) => text.replace('"data":{}', '"b":1,"data":{}'),
    ],
    ['what follows it', (text: string) => `${text.slice(0, -1)},"z":1}`],
  ])('is refused with %s', (_what, change) => {
    const changed = change(fromUtf8(bytes));
    expect(changed).not.toBe(fromUtf8(bytes));
    expect(refusal(() => decodeLeaf(utf8(changed)))).toMatch(/^(bad_leaf|not_canonical)$/);
  });

  it('is called not canonical rather than not a leaf where both are true', () => {
    expect(refusal(() => decodeLeaf(utf8(fromUtf8(bytes).replace('{"actor"', '{ "actor"'))))).toBe(
      'not_canonical',
    );
  });
});
