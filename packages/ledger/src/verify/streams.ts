import { isStringAt } from '../canonical/scan.ts';
import { ENTRY_KINDS } from '../leaf/model.ts';
import { Broken } from './fault.ts';
import type { CheckedEntry, FaultCode } from './model.ts';

type Tip = { seq: number; version: number; hash: string; now: string };

/** Checks each entry against the one before it in its stream. Holds one record per stream and every command id. */
export type StreamChecks = (entry: CheckedEntry) => void;

/** `fromStart`: whether the range starts at 1, so that every stream must start in it. */
export function streamChecks(fromStart: boolean): StreamChecks {
  // By kind first: a definition and a matrix may have the same slug.
  const kinds = new Map(ENTRY_KINDS.map((kind) => [kind, new Map<string, Tip>()]));
  const commands = new Set<string>();
  return (entry) => {
    const { kind, stream, version, command } = entry.leaf;
    const tips = kinds.get(kind);
    const tip = tips?.get(stream);
    if (tip !== undefined) follow(tip, entry);
    else if (version === 1 || !fromStart) tips?.set(stream, tipOf(entry));
    else fail('stream_version_not_dense', entry, `the stream begins at version ${version}`);
    const before = commands.size;
    // One look-up: in a set of a million, each is a cache miss.
    if (commands.add(command).size === before) {
      fail('command_repeated', entry, `the command ${command} stands in the log already`);
    }
  };
}

const tipOf = ({ seq, hash, leaf }: CheckedEntry): Tip => ({
  seq,
  version: leaf.version,
  hash,
  now: leaf.now,
});

/** Moves the tip to this entry, if it follows. */
function follow(tip: Tip, entry: CheckedEntry): void {
  const { version, now, bytes, previousAt } = entry.leaf;
  if (version !== tip.version + 1) {
    const words = `version ${version} follows version ${tip.version} (entry ${tip.seq})`;
    fail('stream_version_not_dense', entry, words);
  }
  // The hash is in the entry that comes later, so changing an entry means changing all after it in its stream.
  if (previousAt === null || !isStringAt(bytes, previousAt, tip.hash)) {
    const words =
      `the entry names another than entry ${tip.seq}, whose hash is ${tip.hash}, as the one before it: one of the ` +
      'two has been changed, or one between them removed';
    fail('stream_chain_broken', entry, words);
  }
  // Of one fixed width, so text order is time order.
  if (now < tip.now) {
    fail('time_reversed', entry, `it was decided at ${now}, before entry ${tip.seq} at ${tip.now}`);
  }
  tip.seq = entry.seq;
  tip.version = version;
  tip.hash = entry.hash;
  tip.now = now;
}

function fail(code: FaultCode, { seq, leaf }: CheckedEntry, words: string): never {
  throw new Broken(code, words, { seq, stream: leaf.stream });
}
