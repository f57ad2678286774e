import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** Canonical JSON (RFC 8785) of a JSON value. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: not a JSON value');
  return text;
}

/** SHA-256 (hex) of a JSON value's canonical form. */
export function digestJson(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

const known = new WeakMap<object, string>();

/** As `digestJson`, for immutable objects that are asked about again and again (facts of one directory revision). */
export function digestOf(value: object): string {
  const before = known.get(value);
  if (before !== undefined) return before;
  const digest = digestJson(value);
  known.set(value, digest);
  return digest;
}
