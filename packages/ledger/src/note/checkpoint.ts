import { fromBase64, HASH_BYTES, toBase64 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import type { SignerKey, VerifierKey } from './keys.ts';
import { openNote, signNote, unverifiedText } from './note.ts';

/** C2SP tlog-checkpoint: what a log commits to. */
export type Checkpoint = {
  /** Names the log. After a restore a log has a new one. */
  readonly origin: string;
  /** The number of entries: the highest `seq`. */
  readonly size: number;
  /** RFC 6962 root of these entries, 32 bytes. */
  readonly root: Uint8Array;
  readonly extensions: readonly string[];
};

/** C2SP tlog-checkpoint: the text that is signed. Throws `bad_checkpoint`. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const lines = [origin, String(size), toBase64(root), ...extensions];
  if (lines.some((line) => line === '' || line.includes('\n'))) bad('a line is empty, or is two');
  if (!Number.isSafeInteger(size) || size < 0) bad('the size is not a number of entries');
  if (root.length !== HASH_BYTES) bad('the root is not 32 bytes long');
  return `${lines.join('\n')}\n`;
}

/** Throws `bad_checkpoint`. One checkpoint has one text: no leading zero, canonical base64, no empty line. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) bad('the text does not end in a newline');
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (origin === undefined || origin === '' || size === undefined || root === undefined) {
    return bad('it has fewer than three lines');
  }
  if (!/^(?:0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) bad('the size is not a number');
  if (extensions.includes('')) bad('an extension line is empty');
  return { origin, size: Number(size), root: decodeRoot(root), extensions };
}

export function signCheckpoint(checkpoint: Checkpoint, signers: readonly SignerKey[]): string {
  return signNote(formatCheckpoint(checkpoint), signers);
}

export type OpenedCheckpoint = { readonly checkpoint: Checkpoint; readonly key: VerifierKey };

/**
 * A checkpoint that the log itself has signed with one of `keys`. A key speaks for the logs named by it: for the
 * origin that is its name, and for those below that name (`name/…`), as a restored log's. A witness's signature
 * alone is not the log's. Throws `bad_note`, `bad_signature`, `untrusted_key`, `bad_checkpoint`.
 */
export function openCheckpoint(note: string, keys: readonly VerifierKey[]): OpenedCheckpoint {
  const { text, signedBy } = openNote(note, keys);
  const checkpoint = parseCheckpoint(text);
  const key = signedBy.find(({ name }) => speaksFor(name, checkpoint.origin));
  if (key === undefined) {
    throw new LedgerError('untrusted_key', `no given key speaks for the log ${checkpoint.origin}`);
  }
  return { checkpoint, key };
}

/** A checkpoint whose signatures nobody has verified. */
export const unverifiedCheckpoint = (note: string): Checkpoint => parseCheckpoint(unverifiedText(note));

const speaksFor = (name: string, origin: string): boolean => origin === name || origin.startsWith(`${name}/`);

function decodeRoot(text: string): Uint8Array {
  let root: Uint8Array;
  try {
    root = fromBase64(text);
  } catch (error) {
    if (error instanceof LedgerError) return bad(`in the root, ${error.message}`);
    throw error;
  }
  return root.length === HASH_BYTES ? root : bad('the root is not 32 bytes long');
}

function bad(why: string): never {
  throw new LedgerError('bad_checkpoint', `not a checkpoint: ${why}`);
}
