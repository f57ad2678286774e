import { createHash, hash } from 'node:crypto';

/**
 * SHA-256 (FIPS 180-4). One-shot hashing of a node takes 0.7 µs this way, 1.8 µs with a buffer for its result (which
 * is allocated outside the heap), 2.4 µs in the portable implementation. Node below 20.12 has no one-shot hash.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  if (typeof hash !== 'function') return Uint8Array.from(createHash('sha256').update(bytes).digest());
  const characters = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = characters.charCodeAt(i);
  return digest;
}
