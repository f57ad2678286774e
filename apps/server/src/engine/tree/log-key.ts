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

type Named = { readonly id: string; readonly logOrigin: string; readonly seed: string | null };

/** The Ed25519 key that signs an environment's checkpoints. @throws LogKeyError */
export type LogKeys = (environment: Named) => Promise<SignerKey>;

/**
 * Files `<directory>/<environment>.json`, each readable by its owner only, made at first use and named by the log's
 * first origin; restored logs are named below it. Derived from the seed in a seeded sandbox.
 */
export const fileLogKeys =
  (directory: string): LogKeys =>
  (environment) =>
    openLogKey(directory, environment);

async function openLogKey(directory: string, environment: Named): Promise<SignerKey> {
  const file = path.join(directory, `${environment.id}.json`);
  const kept = await readIfThere(file);
  if (kept !== null) return parse(kept, file);
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
