import { createHash } from 'node:crypto';
import type { Environment } from '../database/tables.ts';
import { must } from './violation.ts';

const hash = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962 2.1, word for word. */
function root(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return hash();
  if (leaves.length === 1) return first;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return hash(Buffer.from([1]), root(leaves.slice(0, half)), root(leaves.slice(half)));
}

/** Tiles and checkpoints are those of the log. */
export function checkTree(environment: Environment, note: string | undefined): void {
  const { environment_id: id, entries, checkpoints, tiles } = environment;
  const leaves = [...entries].sort((a, b) => a.seq - b.seq).map((row) => row.leaf_hash);
  for (const { size, root: signed } of checkpoints)
    must(
      root(leaves.slice(0, size)).equals(signed),
      'the tree is that of the log',
      () => `${id}, size ${size}`,
    );
  const first = tiles.get('0\n0')?.hashes ?? Buffer.alloc(0);
  const built = Buffer.concat(leaves.slice(0, first.length / 32));
  must(built.equals(first), 'the tree is that of the log', () => `the first tile of ${id}`);
  const last = checkpoints.at(-1);
  must(last?.note === note, 'the last checkpoint is kept outside', () => `${id}: ${note}`);
}
