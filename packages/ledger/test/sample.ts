import {
  accumulator,
  type Checkpoint,
  type ExportEntry,
  type ExportHeader,
  encodeLeaf,
  formatVerifierKey,
  type LeafInput,
  leafHash,
  type SignerKey,
  signCheckpoint,
  toHex,
  verifierOf,
  writeExport,
} from '../src/index.ts';

export const ENVIRONMENT = 'env_01890a5d-ac96-774b-bcce-b302099a8057';
export const ORIGIN = 'log.example/env';
export const SIGNER: SignerKey = { name: ORIGIN, seed: new Uint8Array(32).fill(7) };
export const KEY = formatVerifierKey(verifierOf(SIGNER));

export type Step = Partial<LeafInput> & { readonly stream: string };

/** Leaves for these steps: versions, chain, command ids and times are filled in, and each may be overridden. */
export function makeLeaves(steps: Iterable<Step>): Uint8Array[] {
  const tips = new Map<string, { version: number; hash: string }>();
  const leaves: Uint8Array[] = [];
  for (const step of steps) {
    const tip = tips.get(step.stream);
    const leaf: LeafInput = {
      v: 1,
      environment: ENVIRONMENT,
      kind: 'request',
      version: (tip?.version ?? 0) + 1,
      previous: tip?.hash ?? null,
      engine: 1,
      command: { id: `cmd_${leaves.length + 1}`, type: 'decide', actor: { person: 'usr_1' }, data: {} },
      correlation: null,
      now: new Date(Date.UTC(2026, 0, 31, 9) + leaves.length * 1000).toISOString(),
      directory: 1,
      facts: {},
      events: [{ type: 'decision.recorded' }],
      ...step,
    };
    const bytes = encodeLeaf(leaf);
    leaves.push(bytes);
    tips.set(leaf.stream, { version: leaf.version, hash: toHex(leafHash(bytes)) });
  }
  return leaves;
}

export function checkpointOf(leaves: readonly Uint8Array[], origin = ORIGIN): Checkpoint {
  const tree = accumulator();
  for (const leaf of leaves) tree.add(leafHash(leaf));
  return { origin, size: leaves.length, root: tree.root(), extensions: [] };
}

export function headerFor(leaves: readonly Uint8Array[], override: Partial<ExportHeader> = {}): ExportHeader {
  return {
    before: [],
    after: [],
    checkpoint: signCheckpoint(checkpointOf(leaves, override.origin), [SIGNER]),
    engine: leaves.length === 0 ? 0 : 1,
    environment: ENVIRONMENT,
    origin: ORIGIN,
    range: { first: 1, last: leaves.length },
    key: KEY,
    ...override,
  };
}

/** The whole log as the lines of an export, without their newlines. */
export async function exportLines(
  leaves: readonly Uint8Array[],
  override: Partial<ExportHeader> = {},
  items: { readonly [seq: number]: ExportEntry['items'] } = {},
): Promise<string[]> {
  const entries = leaves.map((leaf, i): ExportEntry => ({ seq: i + 1, leaf, items: items[i + 1] }));
  const lines: string[] = [];
  for await (const line of writeExport(headerFor(leaves, override), entries)) lines.push(line.slice(0, -1));
  return lines;
}
