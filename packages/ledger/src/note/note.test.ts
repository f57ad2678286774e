import { describe, expect, it } from 'vitest';
import { toBase64, toHex } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { formatVerifierKey, parseVerifierKey, type SignerKey, verifierOf } from './keys.ts';
import { cosignNote, openNote, signNote } from './note.ts';

const log: SignerKey = { name: 'log.example/env', seed: new Uint8Array(32).fill(1) };
const witness: SignerKey = { name: 'witness.example', seed: new Uint8Array(32).fill(2) };
const [logKey, witnessKey] = [verifierOf(log), verifierOf(witness)];
const checkpoint = { origin: log.name, size: 42, root: new Uint8Array(32).fill(9), extensions: [] };

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('signed notes (C2SP signed-note)', () => {
  // The example of the specification, made with another implementation.
  const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const SAID =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  it("verifies the specification's example, whose key id it computes alike", () => {
    const key = parseVerifierKey(PETER);
    expect(formatVerifierKey(key)).toBe(PETER);
    expect(openNote(SAID, [key]).signedBy).toEqual([key]);
    expect(refusal(() => openNote(SAID.replace('answer', 'question'), [key]))).toBe('bad_signature');
  });

  it('takes several signatures, and ignores those of keys that it was not given', () => {
    const note = cosignNote(signNote('hello\n', [log]), [witness]);
    expect(openNote(note, [logKey]).signedBy).toEqual([logKey]);
    expect(openNote(note, [logKey]).unknown).toEqual([{ name: witness.name, id: witnessKey.id }]);
    expect(openNote(note, [witnessKey, logKey]).signedBy).toEqual([logKey, witnessKey]);
    expect(refusal(() => openNote(note, []))).toBe('untrusted_key');
  });

  it('refuses a bad signature of a given key even beside a good one', () => {
    const note = signNote('hello\n', [log]) + signNote('other\n', [witness]).split('\n\n')[1];
    expect(refusal(() => openNote(note, [logKey, witnessKey]))).toBe('bad_signature');
    expect(openNote(note, [logKey]).signedBy).toHaveLength(1);
  });

  it('refuses a key of small order, for which one signature fits every text (RFC 8032 §5.1.7)', () => {
    const identity = new Uint8Array(32).fill(1, 0, 1);
    const key = { name: 'weak', id: '00000000', publicKey: identity };
    const signature = new Uint8Array(68);
    signature.set(identity, 4);
    expect(refusal(() => openNote(`hello\n\n— weak ${toBase64(signature)}\n`, [key]))).toBe('bad_signature');
  });

  it('keeps a text with blank lines whole', () => {
    expect(openNote(signNote('a\n\nb\n', [log]), [logKey]).text).toBe('a\n\nb\n');
  });

  it.each([
    ['without a signature', 'hello\n'],
    ['with an empty signature block', 'hello\n\n'],
    ['with a control character', signNote('hello\n', [log]).replace('hello', 'he\tllo')],
    ['without its last newline', signNote('hello\n', [log]).slice(0, -1)],
    ['with a hyphen for the dash', signNote('hello\n', [log]).replace('—', '-')],
    ['with base64 of another spelling', signNote('hello\n', [log]).replace('=', '')],
  ])('refuses a note %s', (_what, note) => {
    expect(refusal(() => openNote(note, [logKey]))).toBe('bad_note');
  });

  it.each([
    ['another name', formatVerifierKey(logKey).replace('env', 'enw')],
    ['another hash', formatVerifierKey(logKey).replace(`+${logKey.id}`, '+00000000')],
    ['another algorithm', `x+00000000+${toBase64(new Uint8Array(33).fill(2))}`],
    ['a short key', `x+00000000+${toBase64(new Uint8Array(32).fill(1))}`],
    ['no base64', `x+00000000+?`],
    ['two parts', 'x+00000000'],
  ])('refuses a verifier key with %s', (_what, key) => {
    expect(refusal(() => parseVerifierKey(key))).toBe('bad_key');
  });
});

describe('checkpoints (C2SP tlog-checkpoint)', () => {
  it('reads origin, size, root and extensions', () => {
    const text = formatCheckpoint({ ...checkpoint, extensions: ['engine 1'] });
    expect(text).toBe(`log.example/env\n42\n${toBase64(checkpoint.root)}\nengine 1\n`);
    expect(parseCheckpoint(text)).toEqual({ ...checkpoint, extensions: ['engine 1'] });
  });

  it.each([
    ['a leading zero', (text: string) => text.replace('42', '042')],
    ['a sign', (text: string) => text.replace('42', '+42')],
    ['a size beyond 2^53', (text: string) => text.replace('42', '9007199254740993')],
    ['a short root', (text: string) => text.replace(/\n[^\n]+\n$/, '\nAAAA\n')],
    ['an empty extension', (text: string) => `${text}\n`],
    ['an empty origin', (text: string) => text.replace(log.name, '')],
    ['two lines', () => 'a\n1\n'],
    ['no final newline', (text: string) => text.trimEnd()],
  ])('refuses %s', (_what, change) => {
    expect(refusal(() => parseCheckpoint(change(formatCheckpoint(checkpoint))))).toBe('bad_checkpoint');
  });

  it('is signed by its own log: a key speaks for its name and what lies below it', () => {
    const sign = (origin: string) => signCheckpoint({ ...checkpoint, origin }, [log]);
    expect(toHex(openCheckpoint(sign('log.example/env'), [logKey]).checkpoint.root)).toBe('09'.repeat(32));
    expect(openCheckpoint(sign('log.example/env/2'), [logKey]).key).toEqual(logKey);
    expect(refusal(() => openCheckpoint(sign('log.example/environment'), [logKey]))).toBe('untrusted_key');
    const byWitness = signCheckpoint(checkpoint, [witness]);
    expect(refusal(() => openCheckpoint(byWitness, [witnessKey]))).toBe('untrusted_key');
  });
});
