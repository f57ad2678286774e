import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { fromBase64, type SignerKey, toBase64 } from '@countersign/ledger';
import { readIfThere, writeOnce } from '../seal/index.ts';

/** A file that holds no signing key. */
export class LogKeyError extends Error {
  readonly code = 'log-key';

  constructor(file: string, options?: ErrorOptions) {
    super(
      `${file} does not hold a signing key. Restore it from your backup: with a new key, checkpoints that others keep no longer verify.`,
      options,
    );
    this.name = 'LogKeyError';
  }
}

/** What was signed by a key that is gone can only be gone on with by that key: a new one is not made in its place. */
export class LogKeyMissing extends Error {
  readonly code = 'log-key-missing';

  constructor(file: string) {
    super(
      `The key that has signed this log is missing at ${file}. Restore it from your backup of the data directory; no other is made in its place.`,
    );
    this.name = 'LogKeyMissing';
  }
}

type Named = { readonly id: string; readonly logOrigin: string; readonly seed: string | null };

/**
 * The Ed25519 key that signs an environment's checkpoints; `known`: it has signed before.
 * @throws LogKeyError, LogKeyMissing
 */
export type LogKeys = (environment: Named, known: boolean) => Promise<SignerKey>;

/**
 * Files `<directory>/<environment>.json`, each readable by its owner only, made for the first signature and named by the log's
 * first origin; restored logs are named below it. Derived from the seed in a seeded sandbox.
 */
export const fileLogKeys =
  (directory: string): LogKeys =>
  (environment, known) =>
    openLogKey(directory, environment, known);

async function openLogKey(directory: string, environment: Named, known: boolean): Promise<SignerKey> {
  const file = path.join(directory, `${environment.id}.json`);
  const kept = await readIfThere(file);
  if (kept !== null) return parse(kept, file);
  if (known && environment.seed === null) throw new LogKeyMissing(file);
  const key = JSON.stringify({ name: environment.logOrigin, seed: toBase64(makeSeed(environment)) });
  return parse(await writeOnce(file, Buffer.from(`${key}\n`)), file);
}

function makeSeed({ id, seed }: { readonly id: string; readonly seed: string | null }): Uint8Array {
  if (seed === null) return randomBytes(32);
  return createHash('sha256').update(`countersign/log-key/1\n${id}\n${seed}`).digest();
}

function parse(bytes: Uint8Array, file: string): SignerKey {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null && 'name' in value && 'seed' in value) {
      const { name, seed } = value;
      if (typeof name === 'string' && typeof seed === 'string') {
        const key = fromBase64(seed);
        if (key.length === 32) return { name, seed: key };
      }
    }
  } catch (error) {
    throw new LogKeyError(file, { cause: error });
  }
  throw new LogKeyError(file);
}
