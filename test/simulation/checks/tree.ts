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

/** What a signed note says of the log: its size and root. */
function said(note: string): { readonly size: number; readonly root: Buffer } {
  const [, size = '', encoded = ''] = note.split('\n');
  return { size: Number(size), root: Buffer.from(encoded, 'base64') };
}

/** What is kept outside the database never goes back: it is what an old copy of the database is known by. */
export function checkOutside(id: string, before: string | undefined, after: string): void {
  const [known, now] = [before === undefined ? 0 : said(before).size, said(after).size];
  must(now >= known, 'the last checkpoint is kept outside', () => `${id}: ${now} is written over ${known}`);
}

/** Tiles and checkpoints are those of the log. */
export function checkTree(environment: Environment, note: string | undefined): void {
  const { environment_id: id, entries, checkpoints, tiles } = environment;
  const leaves = [...entries].sort((a, b) => a.seq - b.seq).map((row) => row.leaf_hash);
  const outside = note === undefined ? [] : [said(note)];
  for (const { size, root: signed } of [...checkpoints, ...outside]) {
    const same = size <= leaves.length && root(leaves.slice(0, size)).equals(signed);
    must(same, 'the tree is that of the log', () => `${id}, size ${size}`);
  }
  const first = tiles.get('0\n0')?.hashes ?? Buffer.alloc(0);
  const built = Buffer.concat(leaves.slice(0, first.length / 32));
  must(built.equals(first), 'the tree is that of the log', () => `the first tile of ${id}`);
  // It is written first: whoever was cut off between the two leaves it ahead.
  const kept = outside[0]?.size ?? 0;
  const last = checkpoints.at(-1)?.size ?? 0;
  must(kept >= last, 'the last checkpoint is kept outside', () => `${id}: ${kept}, but ${last} is signed`);
}
