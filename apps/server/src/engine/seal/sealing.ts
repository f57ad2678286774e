import { canonicalText, parseCanonical, type SealedReference } from '@countersign/ledger';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Ids } from '../ids.ts';
import { SEAL_ENTROPY_BYTES, type Sealer } from './sealer.ts';

/** The sealer as use cases take it: ids draws item and entropy, values are JSON texts. */
export type Sealing = {
  /**
   * @param value.context `<stream>/<name>`: where the reference will stand, and what the value is there.
   * @param value.plaintext JSON text.
   * @throws OwnerErased
   */
  seal(value: {
    environment: string;
    owner: string;
    context: string;
    plaintext: string;
    ids: Ids;
  }): Promise<{ reference: SealedReference; row: SealedRow }>;
  /** JSON text by item; null where it was erased. @throws KeyMissing, LedgerError */
  open(
    environment: string,
    references: readonly SealedReference[],
  ): Promise<ReadonlyMap<string, string | null>>;
};

export function sealing(sealer: Sealer): Sealing {
  return {
    seal({ environment, owner, context, plaintext, ids }) {
      const slash = context.indexOf('/');
      if (slash < 1) throw new TypeError(`not <stream>/<name>: ${context}`);
      return sealer.sealValue({
        environment,
        owner,
        stream: context.slice(0, slash),
        name: context.slice(slash + 1),
        item: ids.id('itm'),
        value: parseCanonical(Buffer.from(canonicalText(JSON.parse(plaintext)))),
        entropy: ids.bytes(SEAL_ENTROPY_BYTES),
      });
    },
    async open(environment, references) {
      const opened = await sealer.openValues(environment, references);
      return new Map(
        [...opened].map(([item, one]) => [item, one.state === 'open' ? canonicalText(one.value) : null]),
      );
    },
  };
}
