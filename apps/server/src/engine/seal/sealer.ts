import { createHmac } from 'node:crypto';
import {
  canonicalBytes,
  commitmentOf,
  type Json,
  openSealed,
  parseCanonical,
  SEAL_ENTROPY_BYTES,
  type SealedCiphertext,
  type SealedReference,
  seal,
  unwrapItemKey,
} from '@countersign/ledger';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Reader } from '../../db/read.ts';
import type { KeyStore } from './keystore.ts';
import { openedCache } from './opened-cache.ts';

export { SEAL_ENTROPY_BYTES };

export type ValueToSeal = {
  readonly environment: string;
  /** Whose data it is: `usr_…`, `req_…` for fields of a request, or `doc_…` for the name of a file. */
  readonly owner: string;
  /** The stream whose leaf will hold the reference. */
  readonly stream: string;
  /** `itm_…`, new. */
  readonly item: string;
  /** What it is there: `comment`, `fields.iban`, `name` … */
  readonly name: string;
  readonly value: Json;
  /** `SEAL_ENTROPY_BYTES` from the entropy port, used for nothing else. */
  readonly entropy: Uint8Array;
};

export type Opened = { readonly state: 'open'; readonly value: Json } | { readonly state: 'erased' };

export type Sealer = {
  /** @throws OwnerErased; LedgerError `bad_seal` for entropy of another length. */
  sealValue(value: ValueToSeal): Promise<{ readonly reference: SealedReference; readonly row: SealedRow }>;
  /**
   * Opens values, one read for all of them. By `sealed`; a reference that no row answers is erased.
   * @throws KeyMissing; LedgerError where a row is not what its reference committed to.
   */
  openValues(
    environment: string,
    references: readonly SealedReference[],
  ): Promise<ReadonlyMap<string, Opened>>;
  /** References to everything that was sealed for an owner, by item; none once it was erased. @throws KeyMissing */
  sealedFor(environment: string, owner: string): Promise<readonly SealedReference[]>;
  /** Hex of a keyed hash that finds a person by address or user name without keeping either readable. */
  blindIndex(environment: string, kind: 'email' | 'userName', text: string): Promise<string>;
};

type Row = {
  item: string;
  owner: string;
  stream_id: string;
  nonce: Buffer;
  ciphertext: Buffer;
  wrapped_key: Buffer;
  context: string;
};

const NONCE_BYTES = 12;
/** With the commitment: a forged reference must not be answered from what another one opened. */
const cacheKey = ({ sealed, commitment }: SealedReference): string => `${sealed} ${commitment}`;
const ERASED: Opened = { state: 'erased' };

/** @param cacheBytes plaintext that this process may keep; it leaves with its owner's erasure. */
export function sealer(keys: KeyStore, reader: Reader, cacheBytes: number): Sealer {
  const cache = openedCache(cacheBytes);
  keys.onErased(({ environment, owner }) => cache.dropOwner(environment, owner));

  async function open(environment: string, row: Row, reference: SealedReference): Promise<Opened> {
    const ownerKey = await keys.keyOf(environment, row.owner);
    if (ownerKey === 'erased') return ERASED;
    const { sealed, itemKey } = unwrap(environment, row, ownerKey);
    const bytes = openSealed(reference, sealed, itemKey);
    const value = parseCanonical(bytes);
    // Erased while it was being opened: what the list says now counts.
    if (keys.isErased(environment, row.owner)) return ERASED;
    cache.put(environment, row.owner, cacheKey(reference), value, bytes.length * 2 + 200);
    return { state: 'open', value };
  }

  return {
    async sealValue({ environment, owner, stream, item, name, value, entropy }) {
      const ownerKey = await keys.keyFor(environment, owner);
      const context = { environment, stream, item, owner, name };
      const sealed = seal({ plaintext: canonicalBytes(value), context, ownerKey, entropy });
      const { nonce, ciphertext } = sealed.value;
      const wrappedKey = Buffer.concat([sealed.wrappedKey.nonce, sealed.wrappedKey.ciphertext]);
      return {
        reference: sealed.reference,
        row: { item, owner, nonce, ciphertext, wrappedKey, context: name },
      };
    },

    async openValues(environment, references) {
      const opened = new Map<string, Opened>();
      const wanted = new Map<string, SealedReference>();
      for (const reference of references) {
        const cached = cache.get(environment, cacheKey(reference));
        if (cached === undefined) wanted.set(reference.sealed, reference);
        else opened.set(reference.sealed, { state: 'open', value: cached });
      }
      if (wanted.size === 0) return opened;
      const rows = await reader.readAs(environment).query<Row>(
        `select item, owner, stream_id, nonce, ciphertext, wrapped_key, context from countersign.sealed_value
          where environment_id = $1 and item = any($2)`,
        [environment, [...wanted.keys()]],
      );
      const found = new Map(rows.map((row) => [row.item, row]));
      for (const [item, reference] of wanted) {
        const row = found.get(item);
        opened.set(item, row === undefined ? ERASED : await open(environment, row, reference));
      }
      return opened;
    },

    async sealedFor(environment, owner) {
      const rows = await reader.readAs(environment).query<Row>(
        `select item, owner, stream_id, nonce, ciphertext, wrapped_key, context from countersign.sealed_value
          where environment_id = $1 and owner = $2 order by item`,
        [environment, owner],
      );
      const ownerKey = rows.length === 0 ? 'erased' : await keys.keyOf(environment, owner);
      if (ownerKey === 'erased') return [];
      return rows.map((row) => {
        const { sealed, itemKey } = unwrap(environment, row, ownerKey);
        return { sealed: row.item, commitment: commitmentOf(sealed, itemKey) };
      });
    },

    async blindIndex(environment, kind, text) {
      const key = await keys.indexKey(environment);
      // RFC 7643 4.1: user names are compared without case; so are addresses, in practice.
      const folded = text.normalize('NFKC').toLowerCase().trim();
      return createHmac('sha256', key).update(`countersign/blind-index/1\n${kind}\n${folded}`).digest('hex');
    },
  };
}

function unwrap(
  environment: string,
  row: Row,
  ownerKey: Uint8Array,
): { readonly sealed: SealedCiphertext; readonly itemKey: Uint8Array } {
  const { item, owner, nonce, ciphertext, wrapped_key: wrapped } = row;
  const context = { environment, stream: row.stream_id, item, owner, name: row.context };
  const key = { nonce: wrapped.subarray(0, NONCE_BYTES), ciphertext: wrapped.subarray(NONCE_BYTES) };
  return { sealed: { context, nonce, ciphertext }, itemKey: unwrapItemKey(key, context, ownerKey) };
}
