import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import type { SealContext } from './model.ts';
import { commitmentOf, openSealed, SEAL_ENTROPY_BYTES, seal, unwrapItemKey } from './sealed.ts';

const context: SealContext = {
  environment: 'env_1',
  stream: 'req_1',
  item: 'itm_1',
  owner: 'usr_1',
  name: 'comment',
};
const ownerKey = new Uint8Array(32).fill(3);
const entropy = Uint8Array.from({ length: SEAL_ENTROPY_BYTES }, (_, i) => i);
const sealed = seal({ plaintext: utf8('Anna is ill'), context, ownerKey, entropy });

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('a sealed value', () => {
  it("opens with its item key, which its owner's key unwraps", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (plaintext, key) => {
          const { reference, value, wrappedKey } = seal({ plaintext, context, ownerKey: key, entropy });
          expect(openSealed(reference, value, unwrapItemKey(wrappedKey, context, key))).toEqual(plaintext);
        },
      ),
    );
  });

  it('is the same for the same entropy, and shows neither text nor item key', () => {
    const again = seal({ plaintext: utf8('Anna is ill'), context, ownerKey, entropy });
    expect(again).toEqual(sealed);
    const shown =
      JSON.stringify(sealed) + toHex(sealed.value.ciphertext) + toHex(sealed.wrappedKey.ciphertext);
    expect(shown).not.toContain(toHex(utf8('Anna')));
    expect(shown).not.toContain(toHex(entropy.slice(0, 32)));
  });

  it('cannot be opened under another key, context, nonce or ciphertext', () => {
    const key = unwrapItemKey(sealed.wrappedKey, context, ownerKey);
    const { reference, value } = sealed;
    const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    expect(refusal(() => openSealed(reference, value, flipped(key)))).toBe('commitment_mismatch');
    expect(refusal(() => openSealed(reference, { ...value, nonce: flipped(value.nonce) }, key))).toBe(
      'commitment_mismatch',
    );
    const other = { ...value, ciphertext: flipped(value.ciphertext) };
    expect(refusal(() => openSealed(reference, other, key))).toBe('commitment_mismatch');
    for (const name of ['environment', 'stream', 'item', 'owner', 'name'] as const) {
      const moved = { ...value, context: { ...context, [name]: 'other' } };
      expect(refusal(() => openSealed(reference, moved, key))).toBe('commitment_mismatch');
    }
  });

  it('has a commitment in which no byte can move from one part to another', () => {
    const key = new Uint8Array(32);
    const nonce = new Uint8Array(12);
    const commit = (name: string, ciphertext: number[]) =>
      commitmentOf({ context: { ...context, name }, nonce, ciphertext: Uint8Array.from(ciphertext) }, key);
    const tag = Array.from({ length: 16 }, () => 0);
    expect(new Set([commit('a', tag), commit('a', [0, ...tag]), commit('aa', tag)]).size).toBe(3);
    expect(refusal(() => commit('a', tag.slice(1)))).toBe('bad_seal');
  });

  it("is lost without its owner's key", () => {
    expect(refusal(() => unwrapItemKey(sealed.wrappedKey, context, new Uint8Array(32)))).toBe('bad_seal');
    expect(refusal(() => unwrapItemKey(sealed.wrappedKey, { ...context, item: 'itm_2' }, ownerKey))).toBe(
      'bad_seal',
    );
    expect(refusal(() => unwrapItemKey(sealed.wrappedKey, context, new Uint8Array(16)))).toBe('bad_seal');
  });

  it('takes fresh entropy of the right length only', () => {
    expect(refusal(() => seal({ plaintext: utf8(''), context, ownerKey, entropy: new Uint8Array(8) }))).toBe(
      'bad_seal',
    );
  });
});
