import { utf8 } from '../bytes.ts';
import { LEAF_LIMITS } from '../canonical/limits.ts';
import {
  integerAt,
  scanArray,
  scanInteger,
  scanObject,
  scanString,
  scanValue,
  stringAt,
} from '../canonical/scan.ts';
import { LedgerError } from '../errors.ts';
import { ENTRY_KINDS, type EntryKind } from './model.ts';

/** What the ledger itself reads of a leaf. */
export type ScannedLeaf = {
  /** What was scanned; the leaf stands at [start, end). */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly kind: EntryKind;
  readonly stream: string;
  readonly version: number;
  readonly engine: number;
  /** The command's id. */
  readonly command: string;
  readonly now: string;
  /** Where these strings start, for `isStringAt`: to be compared only, they are not worth decoding (0.4 µs each). */
  readonly environmentAt: number;
  /** Null where there is no previous leaf. */
  readonly previousAt: number | null;
};

// What stands before each value.
const ACTOR = utf8('{"command":{"actor":');
const DATA = utf8(',"data":');
const ID = utf8(',"id":');
const COMMAND_TYPE = utf8(',"type":');
const CORRELATION = utf8('},"correlation":');
const DIRECTORY = utf8(',"directory":');
const ENGINE = utf8(',"engine":');
const ENVIRONMENT = utf8(',"environment":');
const EVENTS = utf8(',"events":');
const FACTS = utf8(',"facts":');
const KIND = utf8(',"kind":');
const NOW = utf8(',"now":');
const PREVIOUS = utf8(',"previous":');
const STREAM = utf8(',"stream":');
const VERSION = utf8(',"v":1,"version":');
const END = utf8('}');
const KINDS = ENTRY_KINDS.map((kind) => [kind, utf8(`"${kind}"`)] as const);
const TYPE = utf8('"type"');
const NULL = utf8('null');
const INSTANT = '"dddd-dd-ddTdd:dd:dd.dddZ"';

/**
 * Recognizes a leaf at `start`: the members of `Leaf`, all of them and no other, in their canonical order. What a
 * verifier would not look at must not stand in a leaf. The bytes come from an attacker.
 *
 * Reads without building the leaf: 3.3 µs for 950 bytes, where the canonical check and JSON.parse take 5.5 µs or more.
 * Throws `bad_leaf`, or a code of the canonical family.
 */
export function scanLeaf(bytes: Uint8Array, start: number): ScannedLeaf {
  const depth = LEAF_LIMITS.maxDepth;
  const after = (at: number, member: Uint8Array): number =>
    standsAt(bytes, at, member) ? at + member.length : bad(at, 'another member is due');
  const actor = after(start, ACTOR);
  const data = after(scanValue(bytes, actor, depth - 2), DATA);
  const command = after(scanValue(bytes, data, depth - 2), ID);
  const type = after(scanText(bytes, command), COMMAND_TYPE);
  const correlation = after(scanText(bytes, type), CORRELATION);
  const directory = after(scanNull(bytes, correlation) ?? scanText(bytes, correlation), DIRECTORY);
  const engine = after(scanCount(bytes, directory), ENGINE);
  const environment = after(scanCount(bytes, engine), ENVIRONMENT);
  const events = after(scanText(bytes, environment), EVENTS);
  const facts = after(scanArray(bytes, events, depth - 1, scanEvent), FACTS);
  const kind = after(scanFacts(bytes, facts, depth - 1), KIND);
  const now = after(scanText(bytes, kind), NOW);
  const previous = after(scanInstant(bytes, now), PREVIOUS);
  const afterNull = scanNull(bytes, previous);
  const stream = after(afterNull ?? scanDigest(bytes, previous), STREAM);
  const version = after(scanText(bytes, stream), VERSION);
  const end = after(scanCount(bytes, version), END);
  const leaf: ScannedLeaf = {
    bytes,
    start,
    end,
    kind: kindAt(bytes, kind),
    stream: textAt(bytes, stream),
    version: countAt(bytes, version),
    engine: countAt(bytes, engine),
    command: textAt(bytes, command),
    now: textAt(bytes, now),
    environmentAt: environment,
    previousAt: afterNull === null ? previous : null,
  };
  if (leaf.version === 0 || leaf.engine === 0) bad(start, 'versions and engines are counted from 1');
  if ((leaf.version === 1) !== (leaf.previousAt === null)) {
    bad(previous, 'the first version of a stream has no previous hash, and every other has');
  }
  return leaf;
}

function scanEvent(bytes: Uint8Array, start: number, depth: number): number {
  let typed = false;
  const end = scanObject(bytes, start, depth, (name, value, valueEnd) => {
    if (standsAt(bytes, name, TYPE) && value === name + TYPE.length + 1) {
      typed = bytes[value] === 0x22 && valueEnd > value + 2;
    }
  });
  if (!typed) bad(start, 'an event has no type');
  return end;
}

function scanFacts(bytes: Uint8Array, start: number, depth: number): number {
  return scanObject(bytes, start, depth, (_name, value) => {
    scanDigest(bytes, value);
  });
}

/** A string that is not empty. */
function scanText(bytes: Uint8Array, start: number): number {
  const end = scanString(bytes, start);
  return end > start + 2 ? end : bad(start, 'the text is empty');
}

/** A string of 32 bytes in lower-case hex. */
export function scanDigest(bytes: Uint8Array, start: number): number {
  const end = start + 65;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) bad(start, 'a digest is due');
  }
  return bytes[start] === 0x22 && bytes[end] === 0x22 ? end + 1 : bad(start, 'a digest is due');
}

/** One fixed width, so that text order is time order. */
function scanInstant(bytes: Uint8Array, start: number): number {
  for (let i = 0; i < INSTANT.length; i++) {
    const byte = bytes[start + i] ?? 0;
    const expected = INSTANT.charCodeAt(i);
    const fits = expected === 0x64 ? byte >= 0x30 && byte <= 0x39 : byte === expected;
    if (!fits) bad(start, 'the time is not UTC with milliseconds');
  }
  return start + INSTANT.length;
}

function scanNull(bytes: Uint8Array, start: number): number | null {
  return standsAt(bytes, start, NULL) ? start + NULL.length : null;
}

function scanCount(bytes: Uint8Array, start: number): number {
  return bytes[start] === 0x2d ? bad(start, 'the number is negative') : scanInteger(bytes, start);
}

// Of values that have been scanned.
export const textAt = (bytes: Uint8Array, start: number): string =>
  stringAt(bytes, start, scanString(bytes, start));
const countAt = (bytes: Uint8Array, start: number): number =>
  integerAt(bytes, start, scanInteger(bytes, start));

function kindAt(bytes: Uint8Array, start: number): EntryKind {
  for (const [kind, spelling] of KINDS) {
    if (standsAt(bytes, start, spelling)) return kind;
  }
  return bad(start, 'this is not a kind of entry');
}

function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}

function bad(at: number, why: string): never {
  throw new LedgerError('bad_leaf', `not a leaf, at byte ${at}: ${why}`);
}
