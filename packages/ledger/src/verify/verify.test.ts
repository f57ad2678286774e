import { describe, expect, it } from 'vitest';
import { context, file, item, leaves, lines, note, steps } from '../../test/log.ts';
import {
  checkpointOf,
  ENVIRONMENT,
  exportLines,
  headerFor,
  KEY,
  makeLeaves,
  ORIGIN,
  type Step,
} from '../../test/sample.ts';
import { fromUtf8, toHex, utf8 } from '../bytes.ts';
import { readLines } from '../export/lines.ts';
import type { ExportEntry } from '../export/model.ts';
import { writeExport } from '../export/write.ts';
import { leafHash } from '../merkle/hash.ts';
import { proveConsistency, proveRange } from '../merkle/prove.ts';
import { appendLeaves, type TileReader } from '../merkle/tiles.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import { formatVerifierKey, verifierOf } from '../note/keys.ts';
import type { SealedReference } from '../sealed/model.ts';
import { SEAL_ENTROPY_BYTES, seal } from '../sealed/sealed.ts';
import type { Reexecution, Verification, VerifyOptions } from './model.ts';
import { verifyExport } from './verify.ts';

const tiles = (of: readonly Uint8Array[]): TileReader => {
  const { writes } = appendLeaves(0, [], of.map(leafHash));
  return async ({ level, index }) =>
    writes.find((tile) => tile.level === level && tile.index === index)?.hashes ?? new Uint8Array();
};
const verifyFile = (bytes: Uint8Array, options?: VerifyOptions) => verifyExport(readLines([bytes]), options);
const brokenBy = async (verification: Promise<Verification>) => {
  const result = await verification;
  return result.verdict === 'broken' ? [result.fault.code, result.fault.seq] : [result.verdict, null];
};
const commented = (comment: SealedReference) => ({ type: 'decision.recorded', comment });
/** The log rewritten by someone who holds the signing key: chain, root and signature are right again. */
const forge = (change: (step: Step, i: number) => Step) => makeLeaves(steps.map(change));

describe('an untouched export', () => {
  it('is intact, and the findings say what was checked and by whose key', async () => {
    const result = await verifyFile(file, { trustedKeys: [KEY] });
    expect(result).toMatchObject({
      verdict: 'intact-not-reexecuted',
      findings: {
        origin: ORIGIN,
        environment: ENVIRONMENT,
        range: { first: 1, last: 6 },
        complete: true,
        key: { name: ORIGIN, trust: 'given' },
        entries: 6,
        sealedValues: 1,
        knownCheckpoint: 'not-given',
        restores: [],
      },
    });
    expect((await verifyFile(file)).findings.key).toMatchObject({ trust: 'from-the-export' });
  });

  it('may be empty', async () => {
    expect(await verifyExport(await exportLines([]))).toMatchObject({
      verdict: 'intact-not-reexecuted',
      findings: { complete: true, entries: 0 },
    });
  });

  it('may cover a part of the log, tied to the whole by the subtrees beside it', async () => {
    const read = tiles(leaves);
    for (let first = 1; first <= 6; first++) {
      for (let last = first - 1; last <= 6; last++) {
        const { before, after } = await proveRange(read, first - 1, last, 6);
        const header = headerFor(leaves, {
          range: { first, last },
          engine: last < first ? 0 : 1,
          before: before.map(toHex),
          after: after.map(toHex),
        });
        const entries = leaves
          .slice(first - 1, last)
          .map((leaf, i): ExportEntry => ({ seq: first + i, leaf }));
        const part: string[] = [];
        for await (const line of writeExport(header, entries)) part.push(line.trimEnd());
        const result = await verifyExport(part);
        expect(result.verdict, `${first}..${last}`).toBe('intact-not-reexecuted');
        expect(result.findings.complete).toBe(first === 1 && last === 6);
      }
    }
  });
});

describe('a damaged export', () => {
  it('is called cut off where the last newline is missing', async () => {
    expect(await brokenBy(verifyFile(file.subarray(0, -1)))).toEqual(['truncated', null]);
  });

  it('names the entry that was deleted, inserted, moved or changed', async () => {
    // Lines: header, 1, 2, 3, 4, item, 5, 6, trailer.
    expect(await brokenBy(verifyExport(lines.toSpliced(2, 1)))).toEqual(['seq_not_dense', 2]);
    expect(await brokenBy(verifyExport(lines.toSpliced(3, 0, lines[2] ?? '')))).toEqual(['seq_not_dense', 2]);
    const swapped = lines.with(2, lines[3] ?? '').with(3, lines[2] ?? '');
    expect(await brokenBy(verifyExport(swapped))).toEqual(['seq_not_dense', 2]);
    const edited = lines.map((line, i) => (i === 3 ? line.replace('usr_1', 'usr_9') : line));
    expect(await brokenBy(verifyExport(edited))).toEqual(['entry_altered', 3]);
    expect(await brokenBy(verifyExport(lines.slice(0, 4)))).toEqual(['truncated', null]);
    const result = await verifyExport(edited);
    expect(result).toMatchObject({
      fault: { stream: 'req_2', line: 4 },
      // What came after it in its stream was chained to what it was.
      alsoFound: [{ code: 'stream_chain_broken', seq: 5 }],
      findings: { entries: 4 },
    });
  });

  it('tells an entry that was changed from a hash beside it that was', async () => {
    const other = lines.map((line, i) =>
      i === 3 ? line.replace(/"hash":"[0-9a-f]{4}/, '"hash":"0000') : line,
    );
    expect(await brokenBy(verifyExport(other))).toEqual(['hash_altered', 3]);
    // Both, and a later fault: the entry stands first.
    const both = other.map((line, i) => (i === 3 ? line.replace('usr_1', 'usr_9') : line)).toSpliced(4, 2);
    const result = await verifyExport(both);
    expect(result).toMatchObject({
      fault: { code: 'entry_altered', seq: 3, line: 4 },
      alsoFound: [{ code: 'seq_not_dense', seq: 4 }],
    });
  });

  it('is called cut off where its source says so, and lets an error of the source through', async () => {
    expect(await brokenBy(verifyFile(file.subarray(0, 2000)))).toEqual(['truncated', expect.any(Number)]);
    async function* failing(): AsyncGenerator<string> {
      yield lines[0] ?? '';
      throw new Error('disk on fire');
    }
    await expect(verifyExport(failing())).rejects.toThrow('disk on fire');
  });
});

describe('a log that someone rewrote', () => {
  const rewrite = (at: number, change: (text: string) => string): Promise<string[]> =>
    exportLines(
      leaves.map((leaf, i) => (i === at - 1 ? utf8(change(fromUtf8(leaf))) : leaf)),
      { checkpoint: note },
    );

  it.each<[string, number, (text: string) => string, string, number | null]>([
    [
      'an entry before others of its stream',
      2,
      (text) => text.replace('usr_1', 'usr_9'),
      'stream_chain_broken',
      4,
    ],
    ['the last entry of a stream', 6, (text) => text.replace('usr_1', 'usr_9'), 'root_mismatch', null],
    ['an environment', 2, (text) => text.replace('env_0', 'env_1'), 'wrong_environment', 2],
    ['an engine', 2, (text) => text.replace('"engine":1', '"engine":2'), 'unknown_engine', 2],
    ['a version', 4, (text) => text.replace('"version":2', '"version":3'), 'stream_version_not_dense', 4],
    ['a stream', 5, (text) => text.replace('req_2', 'req_3'), 'stream_version_not_dense', 5],
    ['a command id', 5, (text) => text.replace('cmd_5', 'cmd_1'), 'command_repeated', 5],
    ['a time', 6, (text) => text.replace('2026-01-31', '2025-01-31'), 'time_reversed', 6],
    ['a format', 3, (text) => text.replace('"v":1', '"v":2'), 'bad_leaf', 3],
    ['a spelling', 3, (text) => text.replace('"v":1', '"v": 1'), 'not_canonical', 3],
    [
      'a number beyond safety',
      3,
      (text) => text.replace('"data":{}', '"data":9007199254740993'),
      'unsafe_number',
      3,
    ],
  ])('with its own hashes right is broken at %s', async (_what, at, change, code, seq) => {
    expect(await brokenBy(verifyExport(await rewrite(at, change)))).toEqual([code, seq]);
  });

  it('and signed again with the right key is found by a checkpoint known before', async () => {
    const forged = await exportLines(forge((step, i) => (i === 3 ? { ...step, correlation: 'x' } : step)));
    expect((await verifyExport(forged)).verdict).toBe('intact-not-reexecuted');
    const known = (size: number) => ({
      knownCheckpoint: { checkpoint: checkpointOf(leaves.slice(0, size)) },
    });
    expect(await brokenBy(verifyExport(forged, known(4)))).toEqual(['known_checkpoint_mismatch', null]);
    expect(await verifyExport(forged, known(4))).toMatchObject({ fault: { within: { first: 1, last: 4 } } });
    // The history before the change is the one that was known.
    expect((await verifyExport(forged, known(3))).verdict).toBe('intact-not-reexecuted');
  });

  it('and signed again is found by a receipt, which names the entry', async () => {
    const receipts = leaves.map((leaf, i) => ({ seq: i + 1, leaf: toHex(leafHash(leaf)) }));
    const forged = await exportLines(forge((step, i) => (i === 3 ? { ...step, correlation: 'x' } : step)));
    expect(await brokenBy(verifyExport(forged, { receipts }))).toEqual(['receipt_mismatch', 4]);
    const shorter = await exportLines(leaves.slice(0, 5));
    expect(await brokenBy(verifyExport(shorter, { receipts }))).toEqual(['receipt_not_covered', 6]);
    expect((await verifyFile(file, { receipts })).findings.receiptsConfirmed).toBe(6);
  });

  it('is suspected only after what a known checkpoint still vouches for', async () => {
    const edited = await rewrite(6, (text) => text.replace('usr_1', 'usr_9'));
    const known = { knownCheckpoint: { checkpoint: checkpointOf(leaves.slice(0, 4)) } };
    expect(await verifyExport(edited, known)).toMatchObject({ fault: { within: { first: 5, last: 6 } } });
  });

  it('and cut back is found by a checkpoint known before', async () => {
    const known = { knownCheckpoint: { checkpoint: checkpointOf(leaves) } };
    const result = await verifyExport(await exportLines(leaves.slice(0, 4)), known);
    expect(result).toMatchObject({
      fault: { code: 'known_checkpoint_ahead', within: { first: 5, last: 6 } },
    });
  });

  it('and signed by a key of its own is found by the keys that the caller trusts', async () => {
    const thief = { name: ORIGIN, seed: new Uint8Array(32).fill(66) };
    const stolen = await exportLines(leaves, {
      checkpoint: signCheckpoint(checkpointOf(leaves), [thief]),
      key: formatVerifierKey(verifierOf(thief)),
    });
    expect((await verifyExport(stolen)).findings.key).toMatchObject({ trust: 'from-the-export' });
    expect(await brokenBy(verifyExport(stolen, { trustedKeys: [KEY] }))).toEqual(['untrusted_key', null]);
    expect(await brokenBy(verifyExport(lines, { trustedKeys: [] }))).toEqual(['untrusted_key', null]);
    await expect(verifyExport(lines, { trustedKeys: ['nonsense'] })).rejects.toMatchObject({
      code: 'bad_key',
    });
  });

  it('has a header that agrees with what was signed and with its entries', async () => {
    const signed = { checkpoint: note };
    expect(await brokenBy(verifyExport(await exportLines(leaves, { ...signed, origin: 'other' })))).toEqual([
      'header_mismatch',
      null,
    ]);
    expect(await brokenBy(verifyExport(await exportLines(leaves, { ...signed, engine: 2 })))).toEqual([
      'header_mismatch',
      null,
    ]);
    const wide = lines.with(0, (lines[0] ?? '').replace('"last":6', '"last":7'));
    expect(await brokenBy(verifyExport(wide))).toEqual(['header_mismatch', null]);
    const damaged = lines.with(0, (lines[0] ?? '').replace('witness', 'witless'));
    expect(await brokenBy(verifyExport(damaged))).toEqual(['trailer_mismatch', null]);
  });

  it('cannot claim subtrees that the range does not need', async () => {
    const extra = await exportLines(leaves, { before: ['00'.repeat(32)] });
    expect(await brokenBy(verifyExport(extra))).toEqual(['header_mismatch', null]);
  });
});

describe('a known checkpoint beyond the range', () => {
  it('needs a consistency proof, and is held to it', async () => {
    const read = tiles(leaves);
    const { before, after } = await proveRange(read, 4, 6, 6);
    const header = { range: { first: 5, last: 6 }, before: before.map(toHex), after: after.map(toHex) };
    const part: string[] = [];
    const entries = leaves.slice(4).map((leaf, i): ExportEntry => ({ seq: 5 + i, leaf }));
    for await (const line of writeExport(headerFor(leaves, header), entries)) part.push(line.trimEnd());
    const checkpoint = checkpointOf(leaves.slice(0, 3));
    const proof = await proveConsistency(read, 3, 6);
    const withProof = (known: VerifyOptions['knownCheckpoint']) =>
      verifyExport(part, { knownCheckpoint: known });
    expect((await withProof({ checkpoint, proof })).findings.knownCheckpoint).toBe('extended');
    expect(await brokenBy(withProof({ checkpoint }))).toEqual(['known_checkpoint_unproved', null]);
    const other = { ...checkpoint, root: new Uint8Array(32) };
    expect(await brokenBy(withProof({ checkpoint: other, proof }))).toEqual([
      'known_checkpoint_mismatch',
      null,
    ]);
  });
});

describe('sealed values in an export', () => {
  it('are broken where key, ciphertext or place is another than the entry committed to', async () => {
    const show = async (shown: typeof item, at = 4) =>
      brokenBy(verifyExport(await exportLines(leaves, {}, { [at]: [shown] })));
    expect(await show({ ...item, itemKey: new Uint8Array(32) })).toEqual(['sealed_value_altered', 4]);
    const ciphertext = item.value.ciphertext.map((byte) => byte ^ 1);
    expect(await show({ ...item, value: { ...item.value, ciphertext } })).toEqual([
      'sealed_value_altered',
      4,
    ]);
    const owner = { ...item.value, context: { ...context, owner: 'usr_2' } };
    expect(await show({ ...item, value: owner })).toEqual(['sealed_value_altered', 4]);
    expect(await show(item, 6)).toEqual(['sealed_value_altered', 6]);
  });

  it('are broken where they were sealed for another place', async () => {
    const other = seal({
      plaintext: utf8('x'),
      context: { ...context, stream: 'req_2' },
      ownerKey: new Uint8Array(32),
      entropy: new Uint8Array(SEAL_ENTROPY_BYTES),
    });
    const moved = makeLeaves([{ stream: 'req_1', events: [commented(other.reference)] } as Step]);
    const shown = await exportLines(moved, {}, { 1: [{ value: other.value, itemKey: new Uint8Array(32) }] });
    expect(await brokenBy(verifyExport(shown))).toEqual(['sealed_value_altered', 1]);
  });
});

describe('running the decisions again', () => {
  const answering =
    (answers: { readonly [seq: number]: Reexecution['verdict'] }) =>
    ({ seq }: { readonly seq: number }): Reexecution => ({
      verdict: answers[seq] ?? 'reproduced',
      detail: `entry ${seq}`,
    });

  it('gives each entry in order, as it was', async () => {
    const seen: unknown[] = [];
    const reexecute = ({ seq, leaf }: { seq: number; leaf: unknown }): Promise<Reexecution> => {
      seen.push([seq, leaf]);
      return Promise.resolve({ verdict: 'reproduced', detail: null });
    };
    const result = await verifyFile(file, { reexecute });
    expect(result).toMatchObject({ verdict: 'intact-and-reproduced', findings: { reproduced: 6 } });
    expect(seen).toEqual(leaves.map((leaf, i) => [i + 1, JSON.parse(fromUtf8(leaf))]));
  });

  it('names what cannot be reproduced, because it was erased or otherwise', async () => {
    const result = await verifyFile(file, { reexecute: answering({ 2: 'erased', 5: 'not-reproducible' }) });
    expect(result).toMatchObject({
      verdict: 'intact-not-reproducible',
      findings: {
        reproduced: 4,
        erased: 1,
        otherwiseNotReproducible: 1,
        notReproducible: [{ seq: 2 }, { seq: 5 }],
      },
    });
  });

  it('is broken at the first decision that comes out different, and runs no further', async () => {
    let runs = 0;
    const answer = answering({ 3: 'different', 5: 'different' });
    const result = await verifyFile(file, {
      reexecute: (entry) => {
        runs++;
        return answer(entry);
      },
    });
    expect(result).toMatchObject({
      verdict: 'broken',
      fault: { code: 'not_reproduced', seq: 3, stream: 'req_2', line: 4 },
    });
    expect(runs).toBe(3);
  });

  it('names the entry where the root alone could only say that something is wrong', async () => {
    const edited = leaves.map((leaf, i) => (i === 5 ? utf8(fromUtf8(leaf).replace('usr_1', 'usr_9')) : leaf));
    const result = await verifyExport(await exportLines(edited, { checkpoint: note }), {
      reexecute: answering({ 6: 'different' }),
    });
    expect(result).toMatchObject({
      fault: { code: 'root_mismatch', within: { first: 1, last: 6 } },
      alsoFound: [{ code: 'not_reproduced', seq: 6 }],
    });
  });
});
