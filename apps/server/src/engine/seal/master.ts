import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { hasCode, readIfThere, writeOnce } from './files.ts';
import { KeyUnreadable, MasterKeyMissing } from './keystore.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** Wraps the keys at rest, so that files of the key store alone open nothing. */
export type MasterKey = {
  wrap(key: Uint8Array, name: string): Uint8Array;
  /** @throws KeyUnreadable; `place` names the file to the operator. */
  unwrap(wrapped: Uint8Array, name: string, place: string): Uint8Array;
};

/**
 * Reads the 32 bytes of the master key from `file`; makes them, readable by its owner only, when there are none and
 * `keys` holds no key that one of before has wrapped.
 * @throws MasterKeyMissing, KeyUnreadable
 */
export async function openMasterKey(file: string, keys: string): Promise<MasterKey> {
  const found = await readIfThere(file);
  if (found === null && (await holdsKeys(keys))) throw new MasterKeyMissing(file, keys);
  const bytes = found ?? (await writeOnce(file, randomBytes(KEY_BYTES)));
  if (bytes.length !== KEY_BYTES) throw new KeyUnreadable(file);
  return masterKey(bytes);
}

/** One directory an environment (`fileKeyStore`). */
async function holdsKeys(directory: string): Promise<boolean> {
  try {
    return (await fs.readdir(directory, { withFileTypes: true })).some((entry) => entry.isDirectory());
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** AES-256-GCM (NIST SP 800-38D) with a random nonce: far below its bound of 2^32 keys. `name` binds a key to its place. */
export function masterKey(bytes: Uint8Array): MasterKey {
  return {
    wrap(key, name) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(name));
      return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    },
    unwrap(wrapped, name, place) {
      if (wrapped.length !== WRAPPED_BYTES) throw new KeyUnreadable(place);
      const nonce = wrapped.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(name));
      decipher.setAuthTag(wrapped.subarray(NONCE_BYTES + KEY_BYTES));
      const body = wrapped.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES);
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch (error) {
        throw new KeyUnreadable(place, { cause: error });
      }
    },
  };
}
