import { createHash, randomBytes, randomFillSync } from 'node:crypto';

/** Where ids and entropy come from, so that a seeded sandbox gives the same log for the same calls. */
export type Ids = {
  /** `<prefix>_<uuidv7>` */
  id(prefix: string): string;
  /** For nonces and keys. */
  bytes(length: number): Uint8Array;
  /** A copy that goes on from here: deciding again draws the same. */
  fork(): Ids;
};

/** @param wall milliseconds; UUIDv7 is transport time and uses the wall clock (ENGINE 18). */
export function randomIds(wall: () => number): Ids {
  const ids: Ids = {
    id: (prefix) => `${prefix}_${uuid7(wall(), drawn(10))}`,
    bytes: (length) => randomBytes(length),
    fork: () => ids,
  };
  return ids;
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Random bytes out of a supply: a call into OpenSSL for each id took 2 µs, ten times as long. Each is given once. */
function drawn(length: number): Uint8Array {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}

export type SeededBy = {
  readonly seed: string;
  readonly principal: string;
  /** The idempotency key, or what names a command that has none (timer key and due time). */
  readonly key: string;
  /** The environment's time, ms: the prefix of the ids. */
  readonly now: number;
};

/** The same seed, principal, key and count give the same id, in any process. For sandboxes only: anybody can guess them. */
export function seededIds(by: SeededBy, from = 0): Ids {
  let counter = from;
  // Each part with its length: no two different tuples give one input.
  const base = [by.seed, by.principal, by.key].map((part) => `${part.length}:${part}`).join('');
  const draw = (block: number) => createHash('sha256').update(`${base}${counter}.${block}`).digest();
  return {
    id(prefix) {
      counter += 1;
      return `${prefix}_${uuid7(by.now, draw(0))}`;
    },
    bytes(length) {
      counter += 1;
      const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) => draw(block));
      return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
    },
    fork: () => seededIds(by, counter),
  };
}

/** RFC 9562 5.7: 48 bits of milliseconds, version 7, 74 bits of the given entropy. */
function uuid7(milliseconds: number, entropy: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.set(entropy.subarray(0, 10), 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
