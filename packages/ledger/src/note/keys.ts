import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '#sha256';
import { concat, fromBase64, toBase64, toHex, utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';

/** C2SP signed-note: the signature type of plain Ed25519. */
const ED25519 = new Uint8Array([0x01]);
const NEWLINE = new Uint8Array([0x0a]);
// C2SP signed-note: a key name is not empty and has neither white space nor "+".
const NAME = /^[^\s+\p{Cc}]+$/u;

export type VerifierKey = {
  readonly name: string;
  /** Four bytes in hex. A hint for finding the key, never a proof of which key it is. */
  readonly id: string;
  /** Ed25519, 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
};

/** A private key: an Ed25519 seed of 32 bytes, in the name of a log. */
export type SignerKey = { readonly name: string; readonly seed: Uint8Array };

/** The verifier key of a signer. Throws `bad_key`. */
export function verifierOf({ name, seed }: SignerKey): VerifierKey {
  if (seed.length !== 32) throw new LedgerError('bad_key', 'an Ed25519 seed has 32 bytes');
  return makeKey(name, ed25519.getPublicKey(seed));
}

/** `name+hash+key`: the form in which verifier keys are published. */
export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${toBase64(concat(ED25519, publicKey))}`;
}

/** Throws `bad_key`. The hash is checked, so that a mistyped name or key is not a key that never matches. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, data] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text) ?? [];
  if (name === undefined || id === undefined || data === undefined) {
    throw new LedgerError('bad_key', 'a verifier key reads name+hash+key');
  }
  const bytes = decodeKeyData(data);
  if (bytes.length !== 33 || bytes[0] !== ED25519[0]) {
    throw new LedgerError('bad_key', 'the verifier key is not an Ed25519 key');
  }
  const key = makeKey(name, bytes.subarray(1));
  if (key.id !== id) throw new LedgerError('bad_key', `the hash ${id} is not that of this name and key`);
  return key;
}

/** C2SP signed-note: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), of which the first four bytes. */
function makeKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!NAME.test(name)) throw new LedgerError('bad_key', 'a key name has no white space and no "+"');
  const hash = sha256(concat(utf8(name), NEWLINE, ED25519, publicKey));
  return { name, id: toHex(hash.subarray(0, 4)), publicKey };
}

function decodeKeyData(data: string): Uint8Array {
  try {
    return fromBase64(data);
  } catch (error) {
    if (error instanceof LedgerError) throw new LedgerError('bad_key', `in a verifier key, ${error.message}`);
    throw error;
  }
}
