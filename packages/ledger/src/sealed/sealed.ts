import { gcm } from '@noble/ciphers/aes.js';
import { sha256 } from '#sha256';
import { concat, toHex, uint32, utf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical/encode.ts';
import { LedgerError } from '../errors.ts';
import type { SealContext, SealedCiphertext, SealedReference, WrappedKey } from './model.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The item key, its nonce and the nonce of its wrapping. */
export const SEAL_ENTROPY_BYTES = KEY_BYTES + 2 * NONCE_BYTES;

// Different first bytes keep a hash or a wrapping from passing for one made for another purpose.
const COMMIT = 'countersign/sealed-value/1\n';
const WRAP = 'countersign/item-key/1\n';

export type NewSeal = {
  readonly plaintext: Uint8Array;
  readonly context: SealContext;
  readonly ownerKey: Uint8Array;
  /** `SEAL_ENTROPY_BYTES` fresh random bytes, used for nothing else. */
  readonly entropy: Uint8Array;
};

/** Seals one personal value (ENGINE 14). Throws `bad_seal`. The item key itself is in none of the results. */
export function seal({ plaintext, context, ownerKey, entropy }: NewSeal): {
  readonly reference: SealedReference;
  readonly value: SealedCiphertext;
  readonly wrappedKey: WrappedKey;
} {
  if (entropy.length !== SEAL_ENTROPY_BYTES) {
    throw new LedgerError('bad_seal', `sealing takes ${SEAL_ENTROPY_BYTES} bytes of entropy`);
  }
  const itemKey = entropy.slice(0, KEY_BYTES);
  const nonce = entropy.slice(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
  const wrapNonce = entropy.slice(KEY_BYTES + NONCE_BYTES);
  const ciphertext = gcm(itemKey, nonce, contextBytes(context)).encrypt(plaintext);
  const value = { context, nonce, ciphertext };
  const wrapped = gcm(ownerWrapKey(ownerKey), wrapNonce, wrapContext(context)).encrypt(itemKey);
  return {
    reference: { sealed: context.item, commitment: commitmentOf(value, itemKey) },
    value,
    wrappedKey: { nonce: wrapNonce, ciphertext: wrapped },
  };
}

/** The item key, by its owner's key. Throws `bad_seal` where the key or the item is another. */
export function unwrapItemKey(wrapped: WrappedKey, context: SealContext, ownerKey: Uint8Array): Uint8Array {
  if (wrapped.nonce.length !== NONCE_BYTES)
    throw new LedgerError('bad_seal', 'the nonce is not 12 bytes long');
  return decrypt(ownerWrapKey(ownerKey), wrapped.nonce, wrapContext(context), wrapped.ciphertext);
}

/**
 * Opens a sealed value. The key and the ciphertext may come from an attacker; the reference comes from a leaf.
 *
 * AES-GCM is not key-committing: one ciphertext and tag can be made that open to two texts under two keys. So the
 * commitment is checked first, and it covers the key. Throws `commitment_mismatch`, `bad_seal`.
 */
export function openSealed(
  reference: SealedReference,
  value: SealedCiphertext,
  itemKey: Uint8Array,
): Uint8Array {
  if (value.context.item !== reference.sealed || commitmentOf(value, itemKey) !== reference.commitment) {
    throw new LedgerError('commitment_mismatch', `this is not what ${reference.sealed} was sealed with`);
  }
  return decrypt(itemKey, value.nonce, contextBytes(value.context), value.ciphertext);
}

/**
 * SHA-256(purpose ‖ length of context ‖ context ‖ item key ‖ nonce ‖ ciphertext), in hex. Key and nonce have fixed
 * lengths and the ciphertext stands last, so no byte can move from one part to another. Throws `bad_seal`.
 * It hides the value: the item key is 32 random bytes, which nobody can guess once they are gone.
 */
export function commitmentOf(value: SealedCiphertext, itemKey: Uint8Array): string {
  if (itemKey.length !== KEY_BYTES) throw new LedgerError('bad_seal', 'the item key is not 32 bytes long');
  if (value.nonce.length !== NONCE_BYTES) throw new LedgerError('bad_seal', 'the nonce is not 12 bytes long');
  if (value.ciphertext.length < TAG_BYTES) throw new LedgerError('bad_seal', 'the ciphertext has no tag');
  const context = contextBytes(value.context);
  return toHex(
    sha256(concat(utf8(COMMIT), uint32(context.length), context, itemKey, value.nonce, value.ciphertext)),
  );
}

// Named one by one: a member that the type does not have must not slip into the hash.
const contextBytes = ({ environment, stream, item, owner, name }: SealContext): Uint8Array =>
  canonicalBytes({ environment, stream, item, owner, name });

const wrapContext = (context: SealContext): Uint8Array => concat(utf8(WRAP), contextBytes(context));

function ownerWrapKey(ownerKey: Uint8Array): Uint8Array {
  if (ownerKey.length !== KEY_BYTES)
    throw new LedgerError('bad_seal', "the owner's key is not 32 bytes long");
  return ownerKey;
}

function decrypt(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  try {
    return gcm(key, nonce, aad).decrypt(ciphertext);
  } catch {
    // NIST SP 800-38D §7.2: FAIL carries no reason, and an attacker is given none.
    throw new LedgerError('bad_seal', 'the sealed value does not open with this key');
  }
}
