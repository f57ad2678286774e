import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { type ConsistencyProof, type InclusionProof, verifyConsistency, verifyInclusion } from './verify.ts';

// RFC 6962 vectors of transparency-dev/merkle. They are not part of this repository.
const folder = join(import.meta.dirname, '../../../../../shared/data/merkle');
const present = existsSync(folder);
if (!present) console.warn(`SKIPPED: the Merkle proof vectors are not at ${folder}`);

type Vector = { readonly [member: string]: unknown };

function vectors(kind: string): [string, Vector][] {
  if (!present) return [];
  const root = join(folder, kind);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  // 2^64−1 stands in them as a number, which JSON.parse would round: quoted, it comes through.
  return files.sort().map((name) => {
    const text = readFileSync(join(root, name), 'utf8').replace(/: (\d+)/g, ': "$1"');
    const vector: Vector = JSON.parse(text);
    return [name, vector];
  });
}

const hash = (value: unknown): Uint8Array => fromBase64(String(value));
const hashes = (value: unknown): Uint8Array[] => (Array.isArray(value) ? value.map(hash) : []);

function isRefused(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'bad_proof') return true;
    throw error;
  }
}

describe.skipIf(!present)('RFC 6962 vectors', () => {
  it('are all here', () => {
    expect(vectors('inclusion').length + vectors('consistency').length).toBe(196);
  });

  it.each(vectors('inclusion'))('inclusion/%s', (_name, vector) => {
    const proof: InclusionProof = {
      leafIndex: BigInt(String(vector.leafIdx)),
      treeSize: BigInt(String(vector.treeSize)),
      leafHash: hash(vector.leafHash),
      root: hash(vector.root),
      proof: hashes(vector.proof),
    };
    expect(isRefused(() => verifyInclusion(proof))).toBe(vector.wantErr);
  });

  it.each(vectors('consistency'))('consistency/%s', (_name, vector) => {
    const proof: ConsistencyProof = {
      size1: BigInt(String(vector.size1)),
      size2: BigInt(String(vector.size2)),
      root1: hash(vector.root1),
      root2: hash(vector.root2),
      proof: hashes(vector.proof),
    };
    expect(isRefused(() => verifyConsistency(proof))).toBe(vector.wantErr);
  });
});
