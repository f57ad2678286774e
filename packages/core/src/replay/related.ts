import { sameJson } from '../facts/same.ts';
import type { RelatedSum } from '../related/model.ts';
import { countsInSums, sumOf } from '../related/sums.ts';
import type { RequestState } from '../request/state.ts';

type Share = { readonly submittedAt: string; readonly amount: string | null };

/** What requests add to sums, folded from the log: what a command says that it read is held against it. */
export type Shares = {
  /** After each entry of a request. */
  fold(state: RequestState): void;
  /** The first sum that the log does not bear out; null: it bears out all. */
  differing(request: string, sums: readonly RelatedSum[]): RelatedSum | null;
};

export function newShares(): Shares {
  const sums = new Map<string, Map<string, Share>>();
  const held = new Map<string, readonly string[]>();
  return {
    fold(state) {
      const { request, related = [], submittedAt } = state;
      for (const key of held.get(request) ?? []) sums.get(key)?.delete(request);
      if (submittedAt === null || !countsInSums(state)) {
        held.delete(request);
        return;
      }
      for (const { key, amount } of related) {
        const of = sums.get(key) ?? new Map<string, Share>();
        sums.set(key, of.set(request, { submittedAt, amount }));
      }
      held.set(
        request,
        related.map(({ key }) => key),
      );
    },
    differing(request, read) {
      for (const sum of read) {
        const others = [...(sums.get(sum.key) ?? [])].flatMap(([other, share]) =>
          other !== request && isWithin(share.submittedAt, sum) ? [share] : [],
        );
        if (!sameJson(sumOf(sum, others), sum)) return sum;
      }
      return null;
    },
  };
}

const isWithin = (at: string, { since, until }: RelatedSum): boolean =>
  at >= since && (until === null || at <= until);
