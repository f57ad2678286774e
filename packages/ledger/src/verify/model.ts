import type { LedgerErrorCode } from '../errors.ts';
import type { SeqRange } from '../export/model.ts';
import type { Leaf } from '../leaf/model.ts';
import type { ScannedLeaf } from '../leaf/scan.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import type { EnvironmentRestored } from '../restore.ts';

/** What may be wrong with an export, beside bytes that cannot be read at all. Stable: programs match on it. */
export type FaultCode =
  | LedgerErrorCode
  | 'header_missing'
  | 'header_mismatch'
  | 'line_out_of_place'
  | 'seq_not_dense'
  | 'entry_altered'
  | 'hash_altered'
  | 'wrong_environment'
  | 'unknown_engine'
  | 'stream_version_not_dense'
  | 'stream_chain_broken'
  | 'time_reversed'
  | 'command_repeated'
  | 'sealed_value_altered'
  | 'restore_invalid'
  | 'receipt_mismatch'
  | 'receipt_not_covered'
  | 'trailer_mismatch'
  | 'root_mismatch'
  | 'known_checkpoint_mismatch'
  | 'known_checkpoint_ahead'
  | 'known_checkpoint_unproved'
  | 'known_checkpoint_of_other_log'
  | 'not_reproduced';

export type Fault = {
  readonly code: FaultCode;
  /** The entry at fault, where the evidence names one. */
  readonly seq: number | null;
  /** The entries among which it lies, where the evidence does not name one; null where it is no entry's. */
  readonly within: SeqRange | null;
  readonly stream: string | null;
  /** Line of the export, from 1. */
  readonly line: number | null;
  readonly words: string;
};

/** An acknowledgement that a client kept: `Countersign-Seq` and `Countersign-Leaf`. */
export type Receipt = {
  readonly seq: number;
  /** Leaf hash, hex. */
  readonly leaf: string;
  /** The log's origin at that time, if the client kept it: it tells a lost entry from one written later. */
  readonly origin?: string | undefined;
};

/** A checkpoint that the caller got before, by a way of its own: what it says is trusted. */
export type KnownCheckpoint = {
  readonly checkpoint: Pick<Checkpoint, 'origin' | 'size' | 'root'>;
  /** RFC 9162 consistency proof to the export's checkpoint: needed only where the range does not reach its size. */
  readonly proof?: readonly Uint8Array[] | undefined;
};

/** An entry as the checks pass it on: what the ledger reads of it, and its bytes. */
export type CheckedEntry = {
  readonly seq: number;
  /** Leaf hash, hex. */
  readonly hash: string;
  readonly leaf: ScannedLeaf;
  readonly bytes: Uint8Array;
};

/** An entry as it is given to be run again. */
export type VerifiedEntry = {
  readonly seq: number;
  /** Leaf hash, hex. */
  readonly hash: string;
  readonly leaf: Leaf;
};

/** What running a decision again gave. `erased`: it needs what has been erased. */
export type Reexecution = {
  readonly verdict: 'reproduced' | 'erased' | 'not-reproducible' | 'different';
  readonly detail: string | null;
};

/**
 * Runs an entry's command again on the state that the entries before it gave, and compares events. It gets entries in
 * order, each well formed and chained, but before the root has been compared: it must be total.
 */
export type Reexecute = (entry: VerifiedEntry) => Reexecution | Promise<Reexecution>;

export type VerifyOptions = {
  /** Verifier keys, `name+hash+key`. Without them the signature is checked by the export's own key only. */
  readonly trustedKeys?: readonly string[] | undefined;
  readonly knownCheckpoint?: KnownCheckpoint | undefined;
  readonly receipts?: readonly Receipt[] | undefined;
  readonly reexecute?: Reexecute | undefined;
};

export type NotReproducible = {
  readonly seq: number;
  readonly stream: string;
  readonly verdict: 'erased' | 'not-reproducible';
  readonly detail: string | null;
};

/** What was found, whatever the verdict. Of a broken export it describes the part before the checks ended. */
export type Findings = {
  readonly origin: string | null;
  readonly environment: string | null;
  readonly range: SeqRange | null;
  /** Whether the range is the whole log of the checkpoint. */
  readonly complete: boolean;
  readonly checkpoint: Checkpoint | null;
  /** The key that signed, and why it is believed. `from-the-export` proves no more than that the file is whole. */
  readonly key: {
    readonly name: string;
    readonly id: string;
    readonly trust: 'given' | 'from-the-export';
  } | null;
  readonly entries: number;
  readonly sealedValues: number;
  readonly reproduced: number;
  readonly erased: number;
  readonly otherwiseNotReproducible: number;
  /** The first 100 of them. */
  readonly notReproducible: readonly NotReproducible[];
  readonly restores: readonly (EnvironmentRestored & { readonly seq: number })[];
  readonly receiptsConfirmed: number;
  /** Receipts for entries that a declared restore has lost. */
  readonly receiptsLost: readonly Receipt[];
  readonly knownCheckpoint: 'not-given' | 'not-reached' | 'extended' | 'lost-in-a-declared-restore';
};

export type Verification =
  | {
      readonly verdict: 'intact-and-reproduced' | 'intact-not-reproducible' | 'intact-not-reexecuted';
      readonly findings: Findings;
    }
  | {
      readonly verdict: 'broken';
      /** The first, by `seq`. */
      readonly fault: Fault;
      readonly alsoFound: readonly Fault[];
      readonly findings: Findings;
    };
