import { LedgerError } from '../errors.ts';
import { scanUtf8 } from './utf8.ts';

/**
 * Recognizes RFC 8785 canonical JSON in one pass over the bytes, before anything is built from them.
 *
 * An attacker controls every byte. What passes has exactly one spelling: UTF-8, members in ascending UTF-16 order
 * (§3.2.3; so no key can stand twice), shortest escapes (§3.2.2.2), no white space, and numbers that no reader can
 * round. Parsing, serializing again and comparing says the same in 17 µs a leaf of 950 bytes; this takes 2.1 µs.
 *
 * Each function takes the index at which its production starts and returns the index after it.
 */
export function scanCanonical(bytes: Uint8Array, maxDepth: number): void {
  const end = scanValue(bytes, 0, maxDepth);
  if (end !== bytes.length) refuse(bytes, end, 'something follows the value');
}

/** Told of each member after its value has been scanned: where its name starts, and its value starts and ends. */
export type MemberVisitor = (name: number, value: number, end: number) => void;

export function scanValue(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case 0x22: // "
      return scanString(bytes, at);
    case 0x7b: // {
      return scanObject(bytes, at, depth);
    case 0x5b: // [
      return scanArray(bytes, at, depth);
    case 0x74:
      return scanWord(bytes, at, 'true');
    case 0x66:
      return scanWord(bytes, at, 'false');
    case 0x6e:
      return scanWord(bytes, at, 'null');
    default:
      return scanInteger(bytes, at);
  }
}

export function scanObject(bytes: Uint8Array, start: number, depth: number, visit?: MemberVisitor): number {
  if (bytes[start] !== 0x7b) refuse(bytes, start, 'expected an object');
  if (depth === 0) throw new LedgerError('too_deep', `nested too deep at byte ${start}`);
  let at = start + 1;
  if (bytes[at] === 0x7d) return at + 1;
  let previous = -1;
  for (;;) {
    const end = scanString(bytes, at);
    if (previous !== -1) checkOrder(bytes, previous, at);
    if (bytes[end] !== 0x3a) refuse(bytes, end, 'expected ":"');
    const next = scanValue(bytes, end + 1, depth - 1);
    if (visit !== undefined) visit(at, end + 1, next);
    if (bytes[next] === 0x7d) return next + 1;
    if (bytes[next] !== 0x2c) refuse(bytes, next, 'expected "," or "}"');
    previous = at;
    at = next + 1;
  }
}

export function scanArray(
  bytes: Uint8Array,
  start: number,
  depth: number,
  scanElement: (bytes: Uint8Array, at: number, depth: number) => number = scanValue,
): number {
  if (bytes[start] !== 0x5b) refuse(bytes, start, 'expected a list');
  if (depth === 0) throw new LedgerError('too_deep', `nested too deep at byte ${start}`);
  let at = start + 1;
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = scanElement(bytes, at, depth - 1);
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) refuse(bytes, at, 'expected "," or "]"');
    at++;
  }
}

export function scanString(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== 0x22) refuse(bytes, start, 'expected a string');
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) return at + 1;
    if (byte === 0x5c) at = scanEscape(bytes, at);
    else if (byte >= 0x80) at = scanUtf8(bytes, at);
    else if (byte < 0x20) refuse(bytes, at, 'a raw control character in a string');
  }
  return refuse(bytes, bytes.length, 'a string is not closed');
}

export function scanInteger(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const digits = at;
  let value = 0;
  for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[++at] ?? 0) {
    value = value * 10 + (byte - 0x30);
  }
  if (at === digits) refuse(bytes, start, 'expected a value');
  if (bytes[digits] === 0x30 && (at > digits + 1 || digits > start)) {
    refuse(bytes, start, 'a leading zero, or −0');
  }
  // Refused from the bytes: JSON.parse would round 9007199254740993 before anyone could look (ENGINE 7). Doubles are
  // exact up to 2^53, so no larger literal can come out as a safe integer here.
  const next = bytes[at];
  if (next === 0x2e || next === 0x65 || next === 0x45 || !Number.isSafeInteger(value)) {
    throw new LedgerError('unsafe_number', `the number at byte ${start} is not an integer within ±(2^53−1)`);
  }
  return at;
}

/** Returns the index of the escape's last character. RFC 8785 §3.2.2.2: one spelling for each control character. */
function scanEscape(bytes: Uint8Array, at: number): number {
  const letter = asciiAt(bytes, at + 1, 1);
  if (letter !== '' && '"\\bfnrt'.includes(letter)) return at + 1;
  const sequence = asciiAt(bytes, at, 6);
  if (sequence === '\\u0000') throw new LedgerError('nul', `a NUL character at byte ${at}`);
  if (/^\\ud[89a-f][0-9a-f]{2}$/i.test(sequence)) {
    throw new LedgerError('lone_surrogate', `an escaped surrogate at byte ${at}`);
  }
  if (!/^\\u00(?:0[1-7bef]|1[0-9a-f])$/.test(sequence)) {
    refuse(bytes, at, 'this escape is not the shortest form');
  }
  return at + 5;
}

const asciiAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

function scanWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word.charCodeAt(i)) refuse(bytes, at, 'expected a value');
  }
  return at + word.length;
}

/** RFC 8785 §3.2.3. Names are compared in place where they can be: decoding each cost a third of the scan. */
function checkOrder(bytes: Uint8Array, a: number, b: number): void {
  for (let i = 1; ; i++) {
    const left = bytes[a + i] ?? 0;
    const right = bytes[b + i] ?? 0;
    // An escape sorts by what it stands for, and above ASCII the order of UTF-16 is not that of UTF-8.
    if (left === 0x5c || right === 0x5c || left >= 0x80 || right >= 0x80) break;
    // The closing quote stands for the end of the name, which sorts before anything.
    if (left === 0x22 || right === 0x22) {
      if (right !== 0x22) return;
      if (left === 0x22) throw new LedgerError('duplicate_key', `a member stands twice, at byte ${b}`);
      refuse(bytes, b, 'members are out of order');
    }
    if (left < right) return;
    if (left > right) refuse(bytes, b, 'members are out of order');
  }
  const left = stringAt(bytes, a, scanString(bytes, a));
  const right = stringAt(bytes, b, scanString(bytes, b));
  if (left === right) throw new LedgerError('duplicate_key', `a member stands twice, at byte ${b}`);
  if (left > right) refuse(bytes, b, 'members are out of order');
}

const decoder = new TextDecoder();

/** The text of a scanned string, which stands at [start, end) with its quotes. */
export function stringAt(bytes: Uint8Array, start: number, end: number): string {
  const text = decoder.decode(bytes.subarray(start, end));
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}

/** Whether the scanned string at `start` is `text`: without decoding it, where it is plain ASCII. */
export function isStringAt(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[start + 1 + i];
    if (byte === 0x5c || byte !== text.charCodeAt(i)) {
      return stringAt(bytes, start, scanString(bytes, start)) === text;
    }
  }
  return bytes[start + 1 + text.length] === 0x22;
}

/** The value of a scanned integer, which stands at [start, end) and is not negative. */
export function integerAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + ((bytes[at] ?? 0) - 0x30);
  return value;
}

function refuse(bytes: Uint8Array, at: number, why: string): never {
  const where = at >= bytes.length ? 'at the end' : `at byte ${at}`;
  throw new LedgerError('not_canonical', `not canonical JSON ${where}: ${why}`);
}
