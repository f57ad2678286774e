import { sha256 } from '#sha256';
import { equal, toHex } from '../bytes.ts';
import type { SeqRange } from '../export/model.ts';
import { Broken } from './fault.ts';
import { finalRoot } from './header.ts';
import { checkKnown } from './known.ts';
import type { Findings } from './model.ts';
import type { Run } from './run.ts';

/** What only the whole export can show. In the order in which a failure says most. */
export function checkEnd(run: Run): Findings['knownCheckpoint'] {
  checkTrailer(run);
  checkRoot(run);
  checkOrigin(run);
  const { knownCheckpoint } = run.options;
  const known =
    knownCheckpoint === undefined
      ? 'not-given'
      : checkKnown(knownCheckpoint, run.log.checkpoint, run.restores, run.knownRoot);
  run.receipts.finish(run.log.header.range, run.restores);
  return known;
}

function checkTrailer({ log, trailer, entries, sealedValues, seq, headerLine, highestEngine }: Run): void {
  const { range, engine } = log.header;
  const wanted = range.last - range.first + 1;
  if (trailer === null) {
    throw new Broken('truncated', `the export breaks off after ${entries} of ${wanted} entries`, {
      within: entries < wanted ? { first: seq, last: range.last } : null,
    });
  }
  if (entries !== wanted) {
    throw new Broken(
      'seq_not_dense',
      `the header names entries up to ${range.last}; they end at ${seq - 1}`,
      {
        seq: Math.min(seq, range.last + 1),
      },
    );
  }
  if (trailer.entries !== entries || trailer.items !== sealedValues) {
    const counted = `${trailer.entries} entries and ${trailer.items} sealed values`;
    throw new Broken('trailer_mismatch', `it counts ${counted}; there are ${entries} and ${sealedValues}`);
  }
  // No more than damage is found by this digest, such as to signatures of witnesses whom we do not know.
  if (trailer.header !== toHex(sha256(headerLine))) {
    throw new Broken('trailer_mismatch', 'the header line is not the one that the trailer names');
  }
  if (engine !== highestEngine) {
    throw new Broken('header_mismatch', `the header names engine ${engine}; the highest is ${highestEngine}`);
  }
}

/** RFC 6962 §2.1. From here on each entry is what the log signed, in its place, with none before, between or after. */
function checkRoot(run: Run): void {
  const { checkpoint } = run.log;
  const root = finalRoot(run.log);
  if (equal(root, checkpoint.root)) {
    if (run.altered === null) return;
    const { place } = run.altered;
    run.altered = null;
    throw new Broken(
      'hash_altered',
      `entry ${place.seq} is the one that the log signed, but another hash stands beside it: the stored tree or the ` +
        'file was changed, not the entry',
      place,
    );
  }
  const words = `the entries have the root ${toHex(root)}; the log signed ${toHex(checkpoint.root)}`;
  throw new Broken('root_mismatch', words, { within: suspects(run) });
}

/** The entries after those that the caller knew to be right. */
function suspects({ log, options, knownRoot }: Run): SeqRange {
  const { first, last } = log.header.range;
  const known = options.knownCheckpoint?.checkpoint;
  const right = known !== undefined && knownRoot !== null && equal(known.root, knownRoot) ? known.size : 0;
  return right >= first && right < last ? { first: right + 1, last } : { first, last };
}

function checkOrigin({ restores, log }: Run): void {
  const restore = restores.at(-1);
  if (restore === undefined || restore.origin === log.checkpoint.origin) return;
  const words = `it restores the log as ${restore.origin}, but the log signs as ${log.checkpoint.origin}`;
  throw new Broken('restore_invalid', words, { seq: restore.seq });
}
