import { sha256 } from '#sha256';
import { HASH_BYTES } from '../bytes.ts';

/** Hashes many of one kind. Each call's result is its own; the input is copied into one buffer that is kept. */
export type LeafHasher = (leaf: Uint8Array) => Uint8Array;
export type NodeHasher = (left: Uint8Array, right: Uint8Array) => Uint8Array;

/** RFC 6962 §2.1: SHA-256(0x00 ‖ leaf). The prefix keeps a leaf from being presented as a node. */
export function leafHasher(): LeafHasher {
  // Kept between calls: allocating a kilobyte takes 1 µs, as long as hashing it.
  let buffer = new Uint8Array(4096);
  return (leaf) => {
    if (buffer.length <= leaf.length) buffer = new Uint8Array(2 * leaf.length + 1);
    buffer[0] = 0x00;
    buffer.set(leaf, 1);
    return sha256(buffer.subarray(0, leaf.length + 1));
  };
}

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right), of two hashes of 32 bytes. */
export function nodeHasher(): NodeHasher {
  const buffer = new Uint8Array(1 + 2 * HASH_BYTES);
  buffer[0] = 0x01;
  return (left, right) => {
    buffer.set(left, 1);
    buffer.set(right, 1 + HASH_BYTES);
    return sha256(buffer);
  };
}

export const leafHash: LeafHasher = (leaf) => leafHasher()(leaf);
export const nodeHash: NodeHasher = (left, right) => nodeHasher()(left, right);

/** RFC 6962 §2.1: the root of no leaves, SHA-256 of nothing. */
export const emptyRoot = (): Uint8Array => sha256(new Uint8Array(0));
