import { ed25519 } from '@noble/curves/ed25519.js';
import { concat, fromBase64, hexToBytes, toBase64, toHex, utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { type SignerKey, type VerifierKey, verifierOf } from './keys.ts';

const MAX_NOTE_CHARACTERS = 64 * 1024;
const MAX_SIGNATURES = 100;
const SIGNATURE_LINE = /^— (\S+) (\S+)$/u;
// Everything below space but the newline, which C2SP signed-note forbids in a note's text.
const CONTROL = /[^\P{Cc}\n]/u;

export type NoteSignature = { readonly name: string; readonly id: string };
export type OpenedNote = {
  /** The signed text, with its final newline. */
  readonly text: string;
  /** The given keys whose signature verified, in the note's order. */
  readonly signedBy: readonly VerifierKey[];
  /** Signatures by keys that were not given: other witnesses', or made up. They say nothing. */
  readonly unknown: readonly NoteSignature[];
};

/** C2SP signed-note over `text`, which ends in a newline. Throws `bad_note`, `bad_key`. */
export function signNote(text: string, signers: readonly SignerKey[]): string {
  checkText(text);
  if (signers.length === 0) throw new LedgerError('bad_note', 'a note needs a signature');
  const message = utf8(text);
  const lines = signers.map((signer) => {
    const { name, id } = verifierOf(signer);
    return `— ${name} ${toBase64(concat(hexToBytes(id), ed25519.sign(message, signer.seed)))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** Adds signatures of others (witnesses) to a note, without verifying those it has. */
export function cosignNote(note: string, signers: readonly SignerKey[]): string {
  const { text } = split(note);
  return note + signNote(text, signers).slice(text.length + 1);
}

/**
 * Verifies a signed note. The whole note comes from an attacker, the keys do not.
 * Throws `bad_note`; `bad_signature` where a given key's signature does not verify, even if another's does;
 * `untrusted_key` where no given key has signed.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): OpenedNote {
  const { text, lines } = split(note);
  const message = utf8(text);
  const signedBy: VerifierKey[] = [];
  const unknown: NoteSignature[] = [];
  for (const line of lines) {
    const { name, id, signature } = parseSignature(line);
    const candidates = keys.filter((key) => key.name === name && key.id === id);
    if (candidates.length === 0) {
      unknown.push({ name, id });
      continue;
    }
    // Key ids are 32 bits, so two keys may share one: the signature is good if either made it.
    const key = candidates.find(({ publicKey }) => verifies(signature, message, publicKey));
    if (key === undefined) throw new LedgerError('bad_signature', `the signature of ${name} does not verify`);
    if (!signedBy.includes(key)) signedBy.push(key);
  }
  if (signedBy.length === 0) {
    const names = unknown.map(({ name, id }) => `${name}+${id}`).join(', ');
    throw new LedgerError('untrusted_key', `no given key has signed the note; it is signed by ${names}`);
  }
  return { text, signedBy, unknown };
}

/** The text of a note whose signatures nobody has verified: for display, and for finding the key to ask for. */
export const unverifiedText = (note: string): string => split(note).text;

function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  // RFC 8032 §5.1.7, strict: ZIP 215 would accept keys of small order and several signatures for one message.
  return signature.length === 64 && ed25519.verify(signature, message, publicKey, { zip215: false });
}

function split(note: string): { readonly text: string; readonly lines: readonly string[] } {
  if (note.length > MAX_NOTE_CHARACTERS) throw new LedgerError('bad_note', 'the note is too long');
  // The last blank line: the text may hold others.
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) throw new LedgerError('bad_note', 'the note has no signatures');
  const text = note.slice(0, at + 1);
  checkText(text);
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new LedgerError('bad_note', 'the note has too many signatures');
  return { text, lines };
}

function parseSignature(line: string): { name: string; id: string; signature: Uint8Array } {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || name.includes('+')) {
    throw new LedgerError('bad_note', 'a signature line reads "— name base64"');
  }
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch (error) {
    if (error instanceof LedgerError) throw new LedgerError('bad_note', `in a signature, ${error.message}`);
    throw error;
  }
  if (bytes.length < 5) throw new LedgerError('bad_note', 'a signature is too short');
  return { name, id: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw new LedgerError('bad_note', 'the text of a note ends in a newline');
  if (CONTROL.test(text) || !text.isWellFormed()) {
    throw new LedgerError('bad_note', 'the text of a note holds a control character or half a character');
  }
}
