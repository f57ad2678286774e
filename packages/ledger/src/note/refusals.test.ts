import { describe, expect, it } from 'vitest';
import { KEY, ORIGIN, SIGNER } from '../../test/sample.ts';
import { toBase64 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { formatVerifierKey, parseVerifierKey, verifierOf } from './keys.ts';
import { cosignNote, openNote, signNote } from './note.ts';

const said = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code}: ${error.message}`;
    throw error;
  }
};
const root = new Uint8Array(32).fill(3);
const checkpoint = { origin: ORIGIN, size: 5, root, extensions: [] };
const key = parseVerifierKey(KEY);
const other = { name: 'other.example', seed: new Uint8Array(32).fill(9) };
const text = 'a\n';
const note = signNote(text, [SIGNER]);
const [name, id, data] = KEY.split('+');
const raw = (bytes: readonly number[]): string => toBase64(Uint8Array.from(bytes));

/** Each refusal with its words: a person reads them, and a change of them is seen. */
describe('refused, and why', () => {
  it('as a checkpoint to sign', () => {
    const made = (change: object) => said(() => formatCheckpoint({ ...checkpoint, ...change }));
    expect(made({})).toBe('accepted');
    expect(made({ size: 0 })).toBe('accepted');
    expect([
      made({ origin: '' }),
      made({ origin: 'a\nb' }),
      made({ extensions: ['x', ''] }),
      made({ size: -1 }),
      made({ size: 0.5 }),
      made({ size: 2 ** 53 }),
      made({ root: root.subarray(1) }),
    ]).toMatchSnapshot();
  });

  it('as the text of a checkpoint', () => {
    const r = toBase64(root);
    const texts = [
      '',
      'o',
      'o\n',
      '\n5\n',
      'o\n5\n',
      `o\n5\n${r}`,
      `\n5\n${r}\n`,
      `o\n05\n${r}\n`,
      `o\nx5\n${r}\n`,
      `o\n5x\n${r}\n`,
    ];
    const more = [
      `o\n9007199254740993\n${r}\n`,
      'o\n5\n%\n',
      `o\n5\n${raw([1])}\n`,
      `o\n5\n${r}\n\n`,
      `o\n5\n${r}\nx\n\ny\n`,
    ];
    expect([...texts, ...more].map((one) => said(() => parseCheckpoint(one)))).toMatchSnapshot();
    expect(parseCheckpoint(`o\n0\n${r}\n`)).toEqual({ origin: 'o', size: 0, root, extensions: [] });
    expect(parseCheckpoint(`o\n10\n${r}\nx\n`)).toMatchObject({ size: 10, extensions: ['x'] });
  });

  it('as a verifier key', () => {
    const texts = [
      '',
      'x',
      `${name}+${id}`,
      `+${id}+${data}`,
      `${name}+${id}0+${data}`,
      `x ${KEY}`,
      `${KEY}=`,
      `${name}+${id}+%`,
    ];
    const short = raw([1, 2]);
    const type = raw([2, ...key.publicKey]);
    const more = [
      `${name}+${id}+${short}`,
      `${name}+${id}+${type}`,
      `${name}+00000000+${data}`,
      `a b+${id}+${data}`,
      `a+b+${id}+${data}`,
    ];
    expect([...texts, ...more].map((one) => said(() => parseVerifierKey(one)))).toMatchSnapshot();
    expect(said(() => verifierOf({ name: 'x', seed: new Uint8Array(31) }))).toMatchSnapshot();
    expect(formatVerifierKey(key)).toBe(KEY);
  });

  it('as a note to sign', () => {
    const texts = ['', 'a', 'a\u0007\n', 'a\ud800\n'];
    expect([
      ...texts.map((one) => said(() => signNote(one, [SIGNER]))),
      said(() => signNote(text, [])),
    ]).toMatchSnapshot();
  });

  it('as a signed note', () => {
    const signature = note.split('\n').at(-2) ?? '';
    const bytes = Buffer.from(signature.split(' ')[2] ?? '', 'base64');
    const with_ = (line: string): string => `${text}\n${line}\n`;
    const notes = [
      '',
      text,
      `${text}\n`,
      '\n\n',
      `a\n\n${signature}`,
      `${text}${signature}\n`,
      `a\u0007\n\n${signature}\n`,
      with_(signature.replace('— ', '- ')),
      with_(`x${signature}`),
      with_(`${signature} x`),
      with_(signature.replace(ORIGIN, 'a+b')),
      with_(`— ${ORIGIN} %`),
      with_(`— ${ORIGIN} ${raw([...bytes.subarray(0, 4)])}`),
      with_(`— ${ORIGIN} ${raw([...bytes.subarray(0, 5)])}`),
      with_(`— ${ORIGIN} ${raw([...bytes.subarray(0, 67)])}`),
      with_(`— ${ORIGIN} ${raw([...bytes.subarray(0, 67), 255])}`),
      // Another name, or another id, is another key: it has not signed.
      with_(`— ${other.name} ${raw([...bytes])}`),
      with_(`— ${ORIGIN} ${raw([0, ...bytes.subarray(1)])}`),
      signNote(text, [other, { ...other, name: 'third.example' }]),
    ];
    expect(notes.map((one) => said(() => openNote(one, [key])))).toMatchSnapshot();
  });

  it('beyond its bounds, and not at them', () => {
    const many = (n: number): string => `${text}\n${`${note.split('\n').at(-2)}\n`.repeat(n)}`;
    expect(openNote(many(100), [key]).signedBy).toEqual([key]);
    expect(said(() => openNote(many(101), [key]))).toMatch(/^bad_note: .*too many/);
    const long = (n: number): string => signNote(`${'x'.repeat(n)}\n`, [SIGNER]);
    const room = 64 * 1024 - long(0).length;
    expect(openNote(long(room), [key]).signedBy).toEqual([key]);
    expect(said(() => openNote(long(room + 1), [key]))).toMatch(/^bad_note: .*too long/);
  });

  it('as a checkpoint of another log', () => {
    const of = (origin: string) =>
      said(() => openCheckpoint(signCheckpoint({ ...checkpoint, origin }, [SIGNER]), [key]));
    expect([of(ORIGIN), of(`${ORIGIN}/2`)]).toEqual(['accepted', 'accepted']);
    expect([of(`${ORIGIN}2`), of('x'), of(ORIGIN.slice(0, -1))]).toMatchSnapshot();
  });

  it('but a witness is welcome, known or not, and signs what was signed', () => {
    const cosigned = cosignNote(note, [other]);
    expect(openNote(cosigned, [key])).toMatchObject({
      text,
      signedBy: [key],
      unknown: [{ name: other.name }],
    });
    expect(openNote(cosigned, [key, verifierOf(other)]).signedBy).toEqual([key, verifierOf(other)]);
    expect(said(() => openNote(cosigned.replace('a\n', 'b\n'), [key]))).toMatch(/^bad_signature/);
  });
});
