import type { Proposal } from './commit-proposal.ts';

export type Waiting<T> = { readonly proposal: Proposal; readonly bytes: number; readonly value: T };

/**
 * What waits to be committed, in order within each environment. Batches take one from each environment in turn, so
 * that a hot tenant fills what the others leave (ENGINE 22), and at most one of a stream (ENGINE 3).
 */
export type CommitQueue<T> = {
  readonly size: number;
  sizeOf(environment: string): number;
  push(waiting: Waiting<T>): void;
  take(limits: { readonly members: number; readonly bytes: number }): Waiting<T>[];
  /** Takes all. */
  clear(): Waiting<T>[];
};

export function commitQueue<T>(): CommitQueue<T> {
  // A map keeps insertion order: an environment that was served goes to the back.
  const lines = new Map<string, Waiting<T>[]>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    sizeOf: (environment) => lines.get(environment)?.length ?? 0,
    push(waiting) {
      const { environment } = waiting.proposal;
      const line = lines.get(environment);
      if (line === undefined) lines.set(environment, [waiting]);
      else line.push(waiting);
      size += 1;
    },
    take({ members, bytes }) {
      const batch: Waiting<T>[] = [];
      const streams = new Set<string>();
      let room = bytes;
      const turn = [...lines.entries()].map(([environment, line]) => ({
        environment,
        line,
        left: [] as Waiting<T>[],
        at: 0,
        last: 0,
      }));
      let open = turn;
      while (batch.length < members && room > 0 && open.length > 0) {
        open = open.filter((one) => {
          if (batch.length >= members || room <= 0) return true;
          const next = one.line[one.at];
          if (next === undefined) return false;
          one.at += 1;
          const stream = `${one.environment} ${next.proposal.stream}`;
          if (streams.has(stream)) {
            one.left.push(next);
            return true;
          }
          streams.add(stream);
          batch.push(next);
          one.last = batch.length;
          room -= next.bytes;
          return true;
        });
      }
      // Who was served last is served last next time.
      for (const { environment, line, left, at } of turn.sort((a, b) => a.last - b.last)) {
        if (at === 0) continue;
        lines.delete(environment);
        const rest = [...left, ...line.slice(at)];
        if (rest.length > 0) lines.set(environment, rest);
      }
      size -= batch.length;
      return batch;
    },
    clear() {
      const all = [...lines.values()].flat();
      lines.clear();
      size = 0;
      return all;
    },
  };
}
