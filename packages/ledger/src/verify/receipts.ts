import type { SeqRange } from '../export/model.ts';
import { Broken } from './fault.ts';
import type { CheckedEntry, Receipt } from './model.ts';
import type { DeclaredRestore } from './restores.ts';

export type ReceiptChecks = {
  readonly confirmed: number;
  readonly lost: readonly Receipt[];
  check(entry: CheckedEntry, restores: readonly DeclaredRestore[]): void;
  /** After the last entry: the receipts that no entry answered. */
  finish(range: SeqRange, restores: readonly DeclaredRestore[]): void;
};

/** Each receipt's entry must stand at its `seq`: an entry deleted before any checkpoint covered it is found here. */
export function receiptChecks(receipts: readonly Receipt[]): ReceiptChecks {
  const open = Map.groupBy(receipts, ({ seq }) => seq);
  const lost: Receipt[] = [];
  let confirmed = 0;
  const wasLost = (receipt: Receipt, restores: readonly DeclaredRestore[]): boolean =>
    restores.some(
      ({ kept, lost: last, previous }) =>
        receipt.seq > kept &&
        receipt.seq <= last &&
        (receipt.origin === undefined || receipt.origin === previous.origin),
    );
  return {
    get confirmed() {
      return confirmed;
    },
    lost,
    check({ seq, hash, leaf }, restores) {
      for (const receipt of open.get(seq) ?? []) {
        if (receipt.leaf === hash) confirmed++;
        else if (wasLost(receipt, restores)) lost.push(receipt);
        else {
          const words = `a receipt says that entry ${seq} had the hash ${receipt.leaf}; it has ${hash}`;
          throw new Broken('receipt_mismatch', words, { seq, stream: leaf.stream });
        }
      }
      open.delete(seq);
    },
    finish(range, restores) {
      for (const receipt of [...open.values()].flat()) {
        if (wasLost(receipt, restores)) {
          lost.push(receipt);
          continue;
        }
        throw new Broken(
          'receipt_not_covered',
          `there is a receipt for entry ${receipt.seq}, and the export covers ${range.first} to ${range.last}. If the ` +
            'log has no later checkpoint, the entry was deleted; else ask for an export that reaches it',
          { seq: receipt.seq },
        );
      }
    },
  };
}
