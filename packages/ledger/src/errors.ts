/** Every reason for which this package refuses bytes. Stable: programs may match on it. */
export type LedgerErrorCode =
  // canonical JSON
  | 'not_utf8'
  | 'not_canonical'
  | 'duplicate_key'
  | 'unsafe_number'
  | 'nul'
  | 'lone_surrogate'
  | 'too_deep'
  | 'too_large'
  | 'not_json'
  // text encodings, leaves
  | 'bad_encoding'
  | 'bad_leaf'
  // Merkle tree
  | 'bad_range'
  | 'bad_tile'
  | 'bad_proof'
  // signed notes
  | 'bad_key'
  | 'bad_note'
  | 'bad_checkpoint'
  | 'bad_signature'
  | 'untrusted_key'
  // sealed values
  | 'bad_seal'
  | 'commitment_mismatch'
  // exports
  | 'bad_line'
  | 'line_too_long'
  | 'truncated';

/** A refusal. `code` is the contract; `message` is for people and may change. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
