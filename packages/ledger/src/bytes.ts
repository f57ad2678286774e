import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { LedgerError } from './errors.ts';

export const HASH_BYTES = 32;
const HASH_HEX = /^[0-9a-f]{64}$/;
// ignoreBOM keeps a byte order mark in the text, where the canonical form then refuses it.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const toHex: (bytes: Uint8Array) => string = bytesToHex;
export { hexToBytes };

/** Whether a text is 32 bytes in lower-case hex: one value has one spelling. */
export const isHashHex = (text: unknown): text is string => typeof text === 'string' && HASH_HEX.test(text);

/** Throws `bad_encoding` unless the text is `isHashHex`. */
export function hashFromHex(text: string): Uint8Array {
  if (!HASH_HEX.test(text)) throw new LedgerError('bad_encoding', 'expected 64 lower-case hex digits');
  return hexToBytes(text);
}

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Throws `not_utf8`: a lenient decoder would map different bytes to one text. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new LedgerError('not_utf8', 'the bytes are not UTF-8');
    throw error;
  }
}

/** Base64 with padding, RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return btoa(binary);
}

/** RFC 4648 §3.5: trailing bits and white space would give one value many spellings, so only the canonical one passes. */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new LedgerError('bad_encoding', 'the text is not base64');
  }
  if (btoa(binary) !== text) throw new LedgerError('bad_encoding', 'the base64 is not in its canonical form');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Not constant in time: it compares public digests, never secrets. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Big-endian, four bytes: the length prefix of whatever stands before other bytes in a hash. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
