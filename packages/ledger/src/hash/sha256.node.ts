import { createHash, hash } from 'node:crypto';

/**
 * SHA-256 (FIPS 180-4). One-shot hashing of a node takes 0.7 µs this way, 1.8 µs with `digest` as a buffer (which is
 * allocated outside the heap), 2.4 µs in the portable implementation. Node below 20.12 has no one-shot hash.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return typeof hash !== 'function'
    ? createHash('sha256').update(bytes).digest()
    : Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
}
