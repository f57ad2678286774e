export { fromBase64, hashFromHex, toBase64, toHex } from './bytes.ts';
export { canonicalBytes, canonicalText } from './canonical/encode.ts';
export { type Json, LEAF_LIMITS, type Limits } from './canonical/limits.ts';
export { parseCanonical } from './canonical/parse.ts';
export { LedgerError, type LedgerErrorCode } from './errors.ts';
export { readLines } from './export/lines.ts';
export {
  EXPORT_FORMAT,
  type ExportEntry,
  type ExportHeader,
  type ExportItem,
  type ExportTrailer,
  MAX_LINE_BYTES,
  type SeqRange,
} from './export/model.ts';
export { writeExport } from './export/write.ts';
export { decodeLeaf } from './leaf/decode.ts';
export { encodeLeaf } from './leaf/encode.ts';
export { ENTRY_KINDS, type EntryKind, type Leaf, type LeafEvent, type LeafInput } from './leaf/model.ts';
export { emptyRoot, leafHash, nodeHash } from './merkle/hash.ts';
export { proveConsistency, proveInclusion, proveRange, treeRoot } from './merkle/prove.ts';
export { type Accumulator, accumulator, merkleRoot } from './merkle/range.ts';
export {
  appendLeaves,
  edgeTiles,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  type TileReader,
  type TileWrite,
  tileAt,
} from './merkle/tiles.ts';
export {
  type ConsistencyProof,
  type Count,
  type InclusionProof,
  verifyConsistency,
  verifyInclusion,
} from './merkle/verify.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  unverifiedCheckpoint,
} from './note/checkpoint.ts';
export {
  formatVerifierKey,
  parseVerifierKey,
  type SignerKey,
  type VerifierKey,
  verifierOf,
} from './note/keys.ts';
export { cosignNote, type NoteSignature, type OpenedNote, openNote, signNote } from './note/note.ts';
export type { EnvironmentRestored } from './restore.ts';
export type { SealContext, SealedCiphertext, SealedReference, WrappedKey } from './sealed/model.ts';
export {
  commitmentOf,
  type NewSeal,
  openSealed,
  SEAL_ENTROPY_BYTES,
  seal,
  unwrapItemKey,
} from './sealed/sealed.ts';
export type {
  Fault,
  FaultCode,
  Findings,
  KnownCheckpoint,
  NotReproducible,
  Receipt,
  Reexecute,
  Reexecution,
  Verification,
  VerifiedEntry,
  VerifyOptions,
} from './verify/model.ts';
export { verifyExport } from './verify/verify.ts';
