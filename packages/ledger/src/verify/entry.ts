import { toHex } from '../bytes.ts';
import { isStringAt } from '../canonical/scan.ts';
import type { EntryLine } from '../export/parse.ts';
import { textAt } from '../leaf/scan.ts';
import { Broken } from './fault.ts';
import type { CheckedEntry, FaultCode } from './model.ts';
import { checkRestore } from './restores.ts';
import { noteKnownRoot, type Run } from './run.ts';

/** One entry, by itself and against all before it. Its line is canonical already. Adds it to the tree. */
export function checkEntry(run: Run, line: EntryLine): CheckedEntry {
  const { header, keys, tree } = run.log;
  const { seq } = run;
  if (line.seq !== seq) {
    const words = `entry ${line.seq} stands where entry ${seq} is due: entries were removed, added or moved`;
    throw new Broken('seq_not_dense', words, { seq: Math.min(seq, line.seq) });
  }
  const { leaf, bytes } = line;
  const fail = (code: FaultCode, words: string): never => {
    throw new Broken(code, words, { seq, stream: leaf.stream });
  };
  const digest = run.leafHash(bytes);
  const hash = toHex(digest);
  // An attacker would change both; where `hash` comes from the log's tiles, this is the exact place of a change.
  if (!isStringAt(leaf.bytes, line.hashAt, hash)) {
    const logged = textAt(leaf.bytes, line.hashAt);
    const words = `the entry has the hash ${hash}; in the log it has ${logged}`;
    // Which of the two was changed, only the signed root can tell.
    run.altered ??= new Broken('entry_altered', words, { seq, stream: leaf.stream });
  }
  if (!isStringAt(leaf.bytes, leaf.environmentAt, header.environment)) {
    fail('wrong_environment', `it is one of ${textAt(leaf.bytes, leaf.environmentAt)}`);
  }
  if (leaf.engine > header.engine) {
    fail(
      'unknown_engine',
      `engine ${leaf.engine} decided it; the header names engines up to ${header.engine}`,
    );
  }
  const entry: CheckedEntry = { seq, hash, leaf, bytes };
  run.streams(entry);
  const restore = checkRestore(entry, () => tree.root(), keys);
  if (restore !== null) run.restores.push(restore);
  run.receipts.check(entry, run.restores);

  tree.add(digest);
  noteKnownRoot(run);
  run.highestEngine = Math.max(run.highestEngine, leaf.engine);
  run.lastEntry = entry;
  run.entries++;
  run.seq++;
  return entry;
}
