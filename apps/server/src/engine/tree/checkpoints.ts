import {
  type Checkpoint,
  formatVerifierKey,
  openCheckpoint,
  type SignerKey,
  signCheckpoint,
  treeRoot,
  verifierOf,
} from '@countersign/ledger';
import type pg from 'pg';
import type { Reader, Reading } from '../../db/read.ts';
import { loadEnvironment } from '../environments.ts';
import { withAdvisoryLock } from '../readers/advisory-lock.ts';
import { behind, originChanged, rewritten } from './errors.ts';
import type { LogKeys } from './log-key.ts';
import type { OutsideCheckpoints } from './outside.ts';
import { restoreTo } from './restored.ts';
import { buildTree, headOf, tileReader } from './tiles.ts';

export type SignedCheckpoint = Checkpoint & {
  /** The signed note (C2SP tlog-checkpoint). */
  readonly note: string;
  /** `name+hash+key` */
  readonly verifierKey: string;
};

export type Checkpoints = {
  /** A signed checkpoint of everything that was committed before the call. @throws LogContradicted, LogKeyError, LogKeyMissing, CheckpointOutrun */
  atHead(environment: string): Promise<SignedCheckpoint>;
  /** The last that was signed, as kept outside the database; null before the first. */
  lastSigned(environment: string): Promise<SignedCheckpoint | null>;
  /** The signed one of this very size, if there is one. */
  ofSize(environment: string, size: number): Promise<SignedCheckpoint | null>;
  /** The key that has signed before. @throws LogKeyError, LogKeyMissing */
  signerKey(environment: string): Promise<SignerKey>;
};

export type CheckpointOptions = {
  readonly pool: pg.Pool;
  readonly reader: Reader;
  readonly keys: LogKeys;
  readonly outside: OutsideCheckpoints;
};

export function checkpoints(options: CheckpointOptions): Checkpoints {
  const { pool, reader, outside } = options;
  const signers = new Map<string, SignerKey>();
  const running = new Map<string, Promise<SignedCheckpoint>>();
  // One at a time in a process: each holds a connection for its lock, and takes more from the same pool.
  let turn: Promise<unknown> = Promise.resolve();

  async function keyOf(environment: string, hasSigned: boolean): Promise<SignerKey> {
    const known = signers.get(environment);
    if (known !== undefined) return known;
    const { id, logOrigin, seed } = await loadEnvironment(reader, environment);
    const key = await options.keys({ id, logOrigin, seed }, hasSigned);
    signers.set(environment, key);
    return key;
  }
  const signerKey = (environment: string): Promise<SignerKey> => keyOf(environment, true);

  async function stored(environment: string, size: number): Promise<SignedCheckpoint | null> {
    const rows = await reader
      .readAs(environment)
      .query<{ note: string }>(
        'select note from countersign.checkpoint where environment_id = $1 and size = $2',
        [environment, size],
      );
    const note = rows[0]?.note;
    return note === undefined ? null : signed(note, await signerKey(environment));
  }

  async function sign(environment: string): Promise<SignedCheckpoint> {
    const read = reader.readAs(environment);
    const before = await outside.read(environment);
    const key = await keyOf(environment, before !== null);
    const size = await headOf(read, environment);
    const { logOrigin: origin } = await loadEnvironment(reader, environment);
    await buildTree(read, environment, size);
    const root = await treeRoot(tileReader(read, environment), size);
    await assertExtends({ read, environment, origin, key, size, note: before });
    const note = signCheckpoint({ origin, size, root, extensions: [] }, [key]);
    // Outside first: what was published must be known there, whatever happens to this process now.
    await outside.write(environment, note, before);
    await read.query('select countersign.store_checkpoint($1, $2, $3, $4)', [environment, size, root, note]);
    return (await stored(environment, size)) ?? signed(note, key);
  }

  async function atHead(environment: string): Promise<SignedCheckpoint> {
    const mine = turn.then(() =>
      withAdvisoryLock(pool, `countersign.sign ${environment}`, async () => {
        const size = await headOf(reader.readAs(environment), environment);
        return (await stored(environment, size)) ?? sign(environment);
      }),
    );
    turn = mine.catch(() => undefined);
    return mine;
  }

  return {
    async atHead(environment) {
      const read = reader.readAs(environment);
      const size = await headOf(read, environment);
      const ready = await stored(environment, size);
      if (ready !== null) return ready;
      const under = running.get(environment);
      if (under !== undefined) {
        // It may have looked at the head before our caller's write.
        const checkpoint = await under;
        if (checkpoint.size >= size) return checkpoint;
      }
      const next = running.get(environment) ?? atHead(environment).finally(() => running.delete(environment));
      running.set(environment, next);
      const checkpoint = await next;
      return checkpoint.size >= size ? checkpoint : atHead(environment);
    },
    async lastSigned(environment) {
      const note = await outside.read(environment);
      return note === null ? null : signed(note, await signerKey(environment));
    },
    ofSize: stored,
    signerKey,
  };
}

/** @throws LedgerError where the note is not one of this key's. */
export function signed(note: string, key: SignerKey): SignedCheckpoint {
  const verifier = verifierOf(key);
  const { checkpoint } = openCheckpoint(note, [verifier]);
  return { ...checkpoint, note, verifierKey: formatVerifierKey(verifier) };
}

export type Extending = {
  readonly read: Reading;
  readonly environment: string;
  readonly origin: string;
  readonly key: SignerKey;
  /** Entries in the database. */
  readonly size: number;
  /** The last checkpoint, as kept outside; null before the first. */
  readonly note: string | null;
};

/**
 * The log holds what the last checkpoint signed, and only more of it; or it declares what a restore lost.
 * @throws LogContradicted
 */
export async function assertExtends(extending: Extending): Promise<void> {
  const { read, environment, origin, key, size, note } = extending;
  if (note === null) return;
  const last = signed(note, key);
  if (last.origin !== origin) {
    if (await restoreTo(read, environment, origin, note)) return;
    throw originChanged(environment, last.origin, origin);
  }
  if (last.size > size) throw behind(environment, size, last.size);
  await buildTree(read, environment, last.size);
  const root = await treeRoot(tileReader(read, environment), last.size);
  if (Buffer.compare(root, last.root) !== 0) throw rewritten(environment, last.size);
}
