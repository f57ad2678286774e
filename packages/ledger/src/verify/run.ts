import type { ExportTrailer } from '../export/model.ts';
import type { ExportLine } from '../export/parse.ts';
import { type LeafHasher, leafHasher } from '../merkle/hash.ts';
import type { VerifierKey } from '../note/keys.ts';
import { Broken } from './fault.ts';
import { type OpenedHeader, openHeader } from './header.ts';
import type { CheckedEntry, VerifyOptions } from './model.ts';
import { type ReceiptChecks, receiptChecks } from './receipts.ts';
import { type Reexecutions, reexecutions } from './reexecution.ts';
import type { DeclaredRestore } from './restores.ts';
import { type StreamChecks, streamChecks } from './streams.ts';

/** A verification under way: what it checks against, and how far it has come. */
export type Run = {
  readonly options: VerifyOptions;
  readonly headerLine: Uint8Array;
  readonly log: OpenedHeader;
  readonly leafHash: LeafHasher;
  readonly streams: StreamChecks;
  readonly receipts: ReceiptChecks;
  readonly reexecutions: Reexecutions | null;
  readonly restores: DeclaredRestore[];
  /** The `seq` that is due. */
  seq: number;
  entries: number;
  sealedValues: number;
  highestEngine: number;
  /** The entry before this line, whose sealed values may follow. */
  lastEntry: CheckedEntry | null;
  trailer: ExportTrailer | null;
  /** The first entry whose hash is another than the one that stands beside it. */
  altered: Broken | null;
  /** The root at the size of the known checkpoint, once that is reached. */
  knownRoot: Uint8Array | null;
};

/** Opens the header, which is the first line. `keys` are the caller's, or null. */
export function begin(
  bytes: Uint8Array,
  line: ExportLine,
  options: VerifyOptions,
  keys: readonly VerifierKey[] | null,
): Run {
  if (line.kind !== 'header') throw new Broken('header_missing', 'the first line is not a header');
  const { header } = line;
  const run: Run = {
    options,
    headerLine: bytes,
    log: openHeader(header, keys),
    leafHash: leafHasher(),
    streams: streamChecks(header.range.first === 1),
    receipts: receiptChecks(options.receipts ?? []),
    reexecutions: options.reexecute === undefined ? null : reexecutions(options.reexecute),
    restores: [],
    seq: header.range.first,
    entries: 0,
    sealedValues: 0,
    highestEngine: 0,
    lastEntry: null,
    trailer: null,
    altered: null,
    knownRoot: null,
  };
  noteKnownRoot(run);
  return run;
}

export function noteKnownRoot(run: Run): void {
  const { tree } = run.log;
  if (tree.size === run.options.knownCheckpoint?.checkpoint.size) run.knownRoot = tree.root();
}
