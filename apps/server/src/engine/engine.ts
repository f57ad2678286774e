import type { Directory } from '@countersign/core';
import type { Committer } from '../db/commit.ts';
import type { Verdict } from '../db/commit-proposal.ts';
import type { Reader } from '../db/read.ts';
import { type Machine, thisMachine } from '../platform/machine.ts';
import { storedAnswer } from './answers.ts';
import { attempt } from './attempt.ts';
import { type Environment, environmentTime, UnknownEnvironment } from './environments.ts';
import type { Executed, Execution, Idempotency } from './execution.ts';
import { type Ids, randomIds, seededIds } from './ids.ts';
import { knownEnvironments } from './known.ts';
import { lanes } from './lanes.ts';
import { type Fold, type Loaded, type StreamId, streams, unwritten } from './streams.ts';

export type EngineOptions = {
  readonly reader: Reader;
  readonly committer: Committer;
  /** Wall clock, ms. */
  readonly wall: () => number;
  /** For streams and directories together; 32 MiB by default. */
  readonly cacheBytes?: number;
  /** Commands that may wait for one stream; 1,024 by default. */
  readonly maxWaitingOfStream?: number;
  /** Wakes this process's readers of the log; called after each commit. */
  readonly onCommitted?: (environment: string, seq: number) => void;
  readonly machine?: Machine;
};

export type Engine = {
  /**
   * Runs one command to its place in the log, or to its refusal.
   * @throws Overloaded, Contended, OutcomeUnknown, CommitRefused, CommitterClosed, UnknownEnvironment, LedgerError
   */
  execute<S, E extends { readonly type: string }, R>(
    execution: Execution<S, E, R>,
  ): Promise<Executed<S, E, R>>;
  /** The answer that a key has: to be asked before work that is done ahead of `decide`, such as an upload. */
  answered(environment: string, idempotency: Idempotency): Promise<Replay | null>;
  /**
   * Binds a key to a call that works by several commands, each under a key of its own; leaves no entry.
   * @returns whether it was bound before; `key-reused`: to another call.
   */
  claim(environment: string, idempotency: Idempotency): Promise<'first' | 'again' | 'key-reused'>;
  /** Derived in a seeded sandbox, random elsewhere. `key`: the idempotency key, or what names the command. */
  ids(environment: string, principal: string, key: string): Promise<Ids>;
  /** @throws UnknownEnvironment */
  environment(environment: string): Promise<Environment>;
  /** RFC 3339 UTC, by the environment's clock. */
  now(environment: string): Promise<string>;
  /** The directory as this process knows it: at least as new as its own writes. For what a commit checks. */
  directory(environment: string): Promise<Directory>;
  /** The directory as it stands, at the price of one read: for what is shown, and for who may see it. */
  directoryNow(environment: string): Promise<Directory>;
  /** A stream as this process knows it, maybe old: for what never changes of it. */
  known<S, E>(id: StreamId, fold: Fold<S, E>): Promise<Loaded<S>>;
  /** A stream as it stands in the database now: never older than what was acknowledged to anybody. */
  stream<S, E>(id: StreamId, fold: Fold<S, E>): Promise<Loaded<S>>;
};

export type Replay = Extract<Executed<never, never, never>, { readonly outcome: 'replayed' | 'key-reused' }>;

/** What the command relies on changed each time. Nothing was written; answer 503 with Retry-After. */
export class Contended extends Error {
  readonly code = 'contended';

  constructor(stream: string, reason: string) {
    super(`What the command on ${stream} relies on kept changing while it was decided (${reason}).`);
    this.name = 'Contended';
  }
}

/** The first and five more (ENGINE 4); beyond them, as long as a client can be expected to wait. */
const ATTEMPTS = 6;
const PATIENCE_MS = 5_000;

/** The command path. Every cache under it is a guess: the commit checks what was read (ENGINE 2, 4). */
export function engine(options: EngineOptions): Engine {
  const { reader, committer: commits, wall, cacheBytes = 32 << 20, machine = thisMachine } = options;
  const lane = lanes(options.maxWaitingOfStream ?? 1024, machine);
  const cache = streams(reader, cacheBytes / 2);
  const known = knownEnvironments(reader, cacheBytes / 2);

  async function answered(environment: string, idempotency: Idempotency): Promise<Replay | null> {
    const stored = await storedAnswer(reader, environment, idempotency.principal, idempotency.key);
    if (stored === null) return null;
    const { requestDigest, status, answer: body, seq, leafHash } = stored;
    if (requestDigest !== Buffer.from(idempotency.digest).toString('hex')) return { outcome: 'key-reused' };
    return { outcome: 'replayed', seq, leafHash, status, body };
  }

  async function submit<S, E extends { readonly type: string }, R>(
    execution: Execution<S, E, R>,
    taken: R | null,
    guess: boolean,
  ): Promise<Executed<S, E, R> | Retry<R>> {
    const { id, idempotency } = execution;
    const [environment, at, directory] = await Promise.all([
      known.environment(id.environment),
      guess && execution.begins === true ? unwritten<S>() : cache.load(id, execution.fold),
      known.directory(id.environment),
    ]);
    // In a seeded sandbox a repeated call draws the ids of the first, and would pass for the sender of its entry.
    if (environment.seed !== null && idempotency !== null) {
      const replay = await answered(id.environment, idempotency);
      if (replay !== null) return replay;
    }
    const { decided, proposal } = attempt(execution, { environment, at, directory, wall }, taken);
    // A refusal that is not to be stored must not hide the answer that the key already has.
    if (decided.kind === 'refusal' && idempotency !== null && proposal.idempotency === null) {
      const replay = await answered(id.environment, idempotency);
      if (replay !== null) return replay;
    }
    let verdict: Verdict;
    try {
      verdict = await commits.submit(proposal, execution.allowed);
    } catch (error) {
      // Whatever became of it, what this process knows of the stream may be old.
      cache.forget(id);
      throw error;
    }
    known.learn(id.environment, verdict);
    switch (verdict.outcome) {
      case 'committed': {
        if (decided.kind !== 'change') throw new Error(`${id.stream}: no entry, but a seq`);
        // Two at once, and the other one was first: same leaf, but maybe another order of keys, as a state from the
        // database has. Elsewhere nobody but the sender of an entry knows its ids.
        if (verdict.replayed && environment.seed !== null && idempotency !== null) {
          const replay = await answered(id.environment, idempotency);
          if (replay !== null) return replay;
        }
        const { change, hash, text, status, body } = decided;
        const { version, now, after } = change;
        cache.keep(id, { version, lastHash: hash, lastAt: now, state: after }, text.length);
        options.onCommitted?.(id.environment, verdict.seq);
        return { outcome: 'committed', seq: verdict.seq, leafHash: hash, status, body, change };
      }
      case 'refused': {
        const { status, body } = decided;
        if (decided.kind === 'change') throw new Error(`${id.stream}: an entry, but no seq`);
        if (decided.kind === 'unchanged') return { outcome: 'unchanged', status, body };
        return { outcome: 'refused', refusal: decided.refusal, status, body };
      }
      case 'answered': {
        if (!verdict.sameRequest) return { outcome: 'key-reused' };
        const replay = idempotency === null ? null : await answered(id.environment, idempotency);
        // Null: it expired between the two statements.
        return replay ?? { outcome: 'retry', reason: 'idempotency', taken: null };
      }
      case 'business-key-taken': {
        if (execution.taken === undefined) throw new Error(`${id.stream}: no refusal for a taken key`);
        return { outcome: 'retry', reason: 'business key', taken: await execution.taken(verdict.holder) };
      }
      case 'conflict':
        if (verdict.reason === 'version' || verdict.reason === 'command') cache.forget(id);
        return { outcome: 'retry', reason: verdict.reason, taken: null };
      case 'foreign-environment':
        throw new UnknownEnvironment(id.environment);
      default: {
        const never: never = verdict;
        throw never;
      }
    }
  }

  async function run<S, E extends { readonly type: string }, R>(
    execution: Execution<S, E, R>,
  ): Promise<Executed<S, E, R>> {
    const start = machine.now();
    let taken: R | null = null;
    for (let attempts = 1; ; attempts += 1) {
      const result: Executed<S, E, R> | Retry<R> = await submit(execution, taken, attempts === 1);
      if (result.outcome !== 'retry') return result;
      if (attempts >= ATTEMPTS && machine.now() - start > PATIENCE_MS) {
        throw new Contended(execution.id.stream, result.reason);
      }
      taken = result.taken;
      // Racers that keep meeting step out of each other's rhythm.
      if (attempts > 1) await machine.sleep(machine.random() * Math.min(2 ** attempts, 16));
    }
  }

  async function claim(
    environment: string,
    idempotency: Idempotency,
  ): Promise<'first' | 'again' | 'key-reused'> {
    const proposal = {
      environment,
      // A refusal of a stream that nothing is ever written to: it stores its answer, and relies on nothing.
      ...({
        stream: `claim/${idempotency.principal}/${idempotency.key}`,
        kind: 'access',
        version: 0,
      } as const),
      ...{ directory: null, clock: null, entry: null },
      idempotency: { ...idempotency, status: 202, answer: '{}' },
    };
    const verdict = await commits.submit(proposal, [environment]);
    known.learn(environment, verdict);
    switch (verdict.outcome) {
      case 'refused':
        return 'first';
      case 'answered':
        return verdict.sameRequest ? 'again' : 'key-reused';
      case 'foreign-environment':
        throw new UnknownEnvironment(environment);
      case 'conflict':
        throw new Contended(proposal.stream, verdict.reason);
      case 'committed':
      case 'business-key-taken':
        throw new Error(`${proposal.stream}: nothing was to be written, but ${verdict.outcome}`);
      default: {
        const never: never = verdict;
        throw never;
      }
    }
  }

  return {
    execute(execution) {
      const { environment, stream } = execution.id;
      if (!execution.allowed.includes(environment))
        return Promise.reject(new UnknownEnvironment(environment));
      return lane.run(`${environment} ${stream}`, () => run(execution));
    },
    answered,
    claim,
    async ids(id, principal, key) {
      const { seed, clock } = await known.environment(id);
      if (seed === null) return randomIds(wall);
      return seededIds({ seed, principal, key, now: environmentTime(clock, wall()) });
    },
    environment: known.environment,
    async now(id) {
      const { clock } = await known.environment(id);
      return new Date(environmentTime(clock, wall())).toISOString();
    },
    directory: known.directory,
    directoryNow: known.directoryNow,
    known: cache.load,
    stream: cache.read,
  };
}

type Retry<R> = { readonly outcome: 'retry'; readonly reason: string; readonly taken: R | null };
