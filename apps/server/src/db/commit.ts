import type pg from 'pg';
import { type Machine, thisMachine } from '../platform/machine.ts';
import { CommitterClosed, DatabaseUnavailable, Overloaded } from './commit-errors.ts';
import type { Proposal, Verdict } from './commit-proposal.ts';
import { commitQueue } from './commit-queue.ts';
import { type Writer, type WriterEvent, writer } from './commit-writer.ts';

export type CommitterOptions = {
  /**
   * Batches under way at once, 1 by default. On two cores a second one gave 1,000 lifecycles/s for 1,800: it only
   * waits for the head, in smaller batches. It helps where environments do not share one.
   */
  readonly writers?: 1 | 2;
  readonly maxMembers?: number;
  readonly maxBytes?: number;
  /** Waiting proposals: of all, and of one environment. */
  readonly maxWaiting?: number;
  readonly maxWaitingOfOne?: number;
  /**
   * How long callers wait for a batch that the database does not answer, in ms: 2,000 by default. Then they are told,
   * what waits behind it too, and new proposals are refused at once until the batch's fate is known.
   */
  readonly patience?: number;
  readonly onEvent?: (event: WriterEvent) => void;
  readonly machine?: Machine;
};

export type Committer = {
  /**
   * Commits the proposal together with what else has gathered.
   * @param allowed environments of the authenticated caller; another one gets `foreign-environment`.
   * @throws Overloaded, DatabaseUnavailable, CommitterClosed: nothing was written. CommitRefused: nothing of this
   *   member was written.
   *   OutcomeUnknown: ask again under the same idempotency key.
   */
  submit(proposal: Proposal, allowed: readonly string[]): Promise<Verdict>;
  /** Proposals that wait, without those under way. */
  waiting(): number;
  /** Takes no more, and resolves when everything that was taken is settled. */
  close(): Promise<void>;
};

type Settle = { readonly resolve: (verdict: Verdict) => void; readonly reject: (error: Error) => void };

/** Group commit: each idle writer sends what has gathered while it was busy (ENGINE 1). */
export function committer(pool: pg.Pool, options: CommitterOptions = {}): Committer {
  const { maxMembers = 128, maxBytes = 8 << 20, maxWaiting = 8192, maxWaitingOfOne = 4096 } = options;
  const { machine = thisMachine } = options;
  const queue = commitQueue<Settle>();
  const writers = Array.from({ length: options.writers ?? 1 }, () =>
    writer(pool, {
      patience: options.patience ?? 2_000,
      onEvent: options.onEvent ?? (() => undefined),
      machine,
    }),
  );
  const idle = [...writers];
  /** Writers whose batch the database has not answered in time; their callers have been told. */
  const stuck = new Set<Writer>();
  let scheduled = false;
  let closed: (() => void) | null = null;
  let closing: Promise<void> | null = null;

  function schedule(): void {
    if (scheduled || idle.length === 0 || queue.size === 0) return;
    scheduled = true;
    // After the I/O of this turn: what arrives together is written together.
    machine.soon(() => {
      scheduled = false;
      const free = idle.pop();
      if (free !== undefined) void flush(free);
      schedule();
    });
  }

  async function flush(free: Writer): Promise<void> {
    const taken = queue.take({ members: maxMembers, bytes: maxBytes });
    // What changes authority or the clock goes last: what was decided before it, and arrived with it, still stands.
    const batch = [
      ...taken.filter((one) => !moves(one.proposal)),
      ...taken.filter((one) => moves(one.proposal)),
    ];
    const members = batch.map((waiting) => waiting.proposal);
    const allowed = [...new Set(members.map((member) => member.environment))];
    if (batch.length > 0) {
      try {
        const settled = await free.send(members, allowed, (error) => {
          stuck.add(free);
          for (const { value } of batch) value.reject(error);
          for (const { value } of queue.clear()) value.reject(new DatabaseUnavailable());
          ended();
        });
        stuck.delete(free);
        batch.forEach(({ value }, i) => {
          const one = settled[i];
          if (one === undefined || one instanceof Error) value.reject(one ?? new Error('commit: no verdict'));
          else value.resolve(one);
        });
      } catch (error) {
        stuck.delete(free);
        const failure = error instanceof Error ? error : new Error(String(error));
        for (const { value } of batch) value.reject(failure);
      }
    }
    idle.push(free);
    schedule();
    ended();
  }

  /** Everybody who was taken has been told. */
  function ended(): void {
    if (queue.size === 0 && idle.length + stuck.size === writers.length) closed?.();
  }

  return {
    submit(proposal, allowed) {
      if (closing !== null) return Promise.reject(new CommitterClosed());
      if (!allowed.includes(proposal.environment)) return Promise.resolve({ outcome: 'foreign-environment' });
      if (stuck.size > 0) return Promise.reject(new DatabaseUnavailable());
      if (queue.size >= maxWaiting || queue.sizeOf(proposal.environment) >= maxWaitingOfOne) {
        return Promise.reject(new Overloaded('Too many commands wait to be committed.', 1));
      }
      return new Promise((resolve, reject) => {
        queue.push({ proposal, bytes: sizeOf(proposal), value: { resolve, reject } });
        schedule();
      });
    },
    waiting: () => queue.size,
    close() {
      closing ??= new Promise<void>((resolve) => {
        closed = resolve;
        ended();
      }).then(() => {
        for (const one of writers) one.close();
      });
      return closing;
    },
  };
}

const moves = ({ entry }: Proposal) => entry !== null && (entry.changesAuthority || entry.movesClock);

/** What is sent for a member, to a close approximation; the rest is bounded at the edge. */
function sizeOf({ entry, idempotency }: Proposal): number {
  const sealed = entry?.projection.sealed?.reduce((sum, s) => sum + s.ciphertext.length, 0) ?? 0;
  const writes = entry?.projection.writes === undefined ? 0 : JSON.stringify(entry.projection.writes).length;
  return (
    (entry?.leaf.length ?? 0) +
    (entry?.state.length ?? 0) +
    (idempotency?.answer.length ?? 0) +
    sealed +
    writes
  );
}
