import { createHash } from 'node:crypto';
import { type EnvironmentRestored, proveConsistency, toHex } from '@countersign/ledger';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../engine.ts';
import { loadEnvironment, UnknownEnvironment } from '../environments.ts';
import { commandIdOf } from '../readers/command-id.ts';
import { assertExtends, type Checkpoints, type SignedCheckpoint, signed } from './checkpoints.ts';
import { LogContradicted, missing } from './errors.ts';
import type { OutsideCheckpoints } from './outside.ts';
import { LOG_STREAM, logFold } from './restored.ts';
import { buildTree, headOf, tileReader } from './tiles.ts';

export type LogGuard = {
  readonly reader: Reader;
  readonly checkpoints: Checkpoints;
  readonly outside: OutsideCheckpoints;
};

/**
 * Called before anything is served: every log that was signed from this data directory is still there, whole.
 * @throws LogContradicted, in words that an operator can act on.
 */
export async function assertLogs({ reader, checkpoints, outside }: LogGuard): Promise<void> {
  for (const environment of await outside.environments()) {
    const read = reader.readAs(environment);
    const { logOrigin } = await loadEnvironment(reader, environment).catch((error: unknown) => {
      throw error instanceof UnknownEnvironment ? missing(environment) : error;
    });
    const key = await checkpoints.signerKey(environment);
    const size = await headOf(read, environment);
    const note = await outside.read(environment);
    await assertExtends({ read, environment, origin: logOrigin, key, size, note });
  }
}

/** There is no loss to declare: nothing was signed from this data directory, or all of it is there. */
export class NothingToDeclare extends Error {
  readonly code = 'nothing-to-declare';

  constructor(environment: string, why: string) {
    super(`There is no restore of ${environment} to declare: ${why}`);
    this.name = 'NothingToDeclare';
  }
}

export type RestoreOptions = LogGuard & {
  readonly engine: Engine;
  readonly environment: string;
  /** The highest `seq` that anybody is known to have been given a receipt for. */
  readonly acknowledged?: number;
  /** Wall clock, ms: names the new origin. */
  readonly wall: () => number;
};

/**
 * Declares that the database was restored from a backup: the next entry names the old checkpoint and the gap, and
 * the log goes on under an origin of its own (ENGINE 10). To be run while nothing is served.
 * @throws NothingToDeclare, LogContradicted (rewritten: no restore explains it).
 */
export async function declareRestore(options: RestoreOptions): Promise<SignedCheckpoint> {
  const { reader, engine, environment, checkpoints, outside } = options;
  const read = reader.readAs(environment);
  const note = await outside.read(environment);
  if (note === null) throw new NothingToDeclare(environment, 'no checkpoint was ever signed here.');
  const key = await checkpoints.signerKey(environment);
  const old = signed(note, key);
  const { logOrigin } = await loadEnvironment(reader, environment);
  const kept = await headOf(read, environment);
  const lost = Math.max(kept, old.size, options.acknowledged ?? 0);
  try {
    await assertExtends({ read, environment, origin: logOrigin, key, size: kept, note });
    if (lost === kept) {
      throw new NothingToDeclare(
        environment,
        'the database holds everything that was signed or acknowledged.',
      );
    }
  } catch (error) {
    if (!(error instanceof LogContradicted) || error.code !== 'log-behind') throw error;
  }
  const proof = await proofOf(options, old, kept);
  const stamp = new Date(options.wall()).toISOString().replace(/[-:.]/g, '').toLowerCase();
  const event: EnvironmentRestored = {
    type: 'environment.restored',
    origin: `${key.name}/restored-${stamp}`,
    previous: { origin: old.origin, checkpoint: note },
    kept,
    lost,
    proof,
  };
  const done = await engine.execute<{ restores: number }, EnvironmentRestored, never>({
    id: { environment, kind: 'environment', stream: LOG_STREAM },
    allowed: [environment],
    fold: logFold,
    command: {
      id: commandIdOf('restore', createHash('sha256').update(note).digest('hex'), kept),
      type: 'declareRestore',
      actor: { kind: 'system', system: 'restore' },
      data: { kept, lost },
    },
    correlation: null,
    idempotency: null,
    ids: null,
    readsAuthority: false,
    changesAuthority: false,
    movesClock: false,
    decide: () => ({ ok: true, events: [event] }),
    project: () => ({ writes: { log_origin: [{ origin: event.origin }] } }),
    answer: () => ({ status: 200, body: '' }),
    refuse: (refusal) => refusal,
  });
  if (done.outcome !== 'committed' || done.seq !== kept + 1) {
    throw new Error(`another process wrote to ${environment} while its restore was declared; stop it first`);
  }
  return checkpoints.atHead(environment);
}

async function proofOf(
  { reader, environment }: RestoreOptions,
  old: SignedCheckpoint,
  kept: number,
): Promise<string[]> {
  if (old.size === 0 || old.size > kept) return [];
  const read = reader.readAs(environment);
  await buildTree(read, environment, kept);
  return (await proveConsistency(tileReader(read, environment), old.size, kept)).map(toHex);
}
