import canonicalize from 'canonicalize';
import { sha256Hex } from '#sha256';

/** Canonical JSON (RFC 8785) of a JSON value. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: not a JSON value');
  return text;
}

/** SHA-256 (hex) of a JSON value's canonical form. */
export function digestJson(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
