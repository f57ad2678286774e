import { fromUtf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { type Json, LEAF_LIMITS, type Limits } from './limits.ts';
import { scanCanonical } from './scan.ts';

/**
 * Parses bytes that already are RFC 8785 canonical JSON, and refuses all others, so that a value and its bytes
 * determine each other. Throws a LedgerError of the canonical family.
 */
export function parseCanonical(bytes: Uint8Array, limits: Limits = LEAF_LIMITS): Json {
  checkCanonical(bytes, limits);
  const value: Json = JSON.parse(fromUtf8(bytes));
  return value;
}

export function checkCanonical(bytes: Uint8Array, { maxBytes, maxDepth }: Limits): void {
  if (bytes.length > maxBytes) {
    throw new LedgerError('too_large', `${bytes.length} bytes where ${maxBytes} are allowed`);
  }
  scanCanonical(bytes, maxDepth);
}
