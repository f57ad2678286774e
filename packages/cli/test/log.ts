import {
  accumulator,
  encodeLeaf,
  formatVerifierKey,
  type LeafInput,
  leafHash,
  type SignerKey,
  signCheckpoint,
  toHex,
  verifierOf,
  writeExport,
} from '@countersign/ledger';

export const ENVIRONMENT = 'env_01890a5d-ac96-774b-bcce-b302099a8057';
const ORIGIN = 'log.example/env';
const SIGNER: SignerKey = { name: ORIGIN, seed: new Uint8Array(32).fill(7) };
export const KEY = formatVerifierKey(verifierOf(SIGNER));

export type Appended = { readonly seq: number; readonly leaf: string };
export type NewEntry = Pick<
  LeafInput,
  'kind' | 'stream' | 'command' | 'events' | 'now' | 'directory' | 'facts'
>;

/** A log in memory, of leaves like the server's. */
export function memoryLog() {
  const leaves: Uint8Array[] = [];
  const tips = new Map<string, { version: number; hash: string }>();
  const checkpoint = () => {
    const tree = accumulator();
    for (const leaf of leaves) tree.add(leafHash(leaf));
    const root = tree.root();
    const note = signCheckpoint({ origin: ORIGIN, size: leaves.length, root, extensions: [] }, [SIGNER]);
    return { origin: ORIGIN, size: leaves.length, root: toHex(root), note, verifierKey: KEY };
  };
  return {
    checkpoint,
    append(entry: NewEntry): Appended {
      const name = `${entry.kind} ${entry.stream}`;
      const tip = tips.get(name);
      const version = (tip?.version ?? 0) + 1;
      const previous = tip?.hash ?? null;
      const leaf = encodeLeaf({
        v: 1,
        environment: ENVIRONMENT,
        version,
        previous,
        engine: 1,
        correlation: null,
        ...entry,
      });
      const hash = toHex(leafHash(leaf));
      leaves.push(leaf);
      tips.set(name, { version, hash });
      return { seq: leaves.length, leaf: hash };
    },
    async *lines(): AsyncGenerator<string> {
      const { note } = checkpoint();
      const header = {
        before: [],
        after: [],
        checkpoint: note,
        engine: 1,
        environment: ENVIRONMENT,
        origin: ORIGIN,
        range: { first: 1, last: leaves.length },
        key: KEY,
      };
      yield* writeExport(
        header,
        leaves.map((leaf, i) => ({ seq: i + 1, leaf })),
      );
    },
  };
}
