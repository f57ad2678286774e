import { describe, expect, it } from 'vitest';
import { checkpointOf, exportLines, makeLeaves, ORIGIN, SIGNER, type Step } from '../../test/sample.ts';
import { toHex } from '../bytes.ts';
import type { LeafInput } from '../leaf/model.ts';
import { leafHash } from '../merkle/hash.ts';
import { proveConsistency } from '../merkle/prove.ts';
import { appendLeaves } from '../merkle/tiles.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import type { EnvironmentRestored } from '../restore.ts';
import type { Verification, VerifyOptions } from './model.ts';
import { verifyExport } from './verify.ts';

// The old log reached 6 entries and signed for `signedAt` of them; a restore kept 4.
const KEPT = 4;
const RESTORED = `${ORIGIN}/2`;
const before: Step[] = ['req_1', 'req_2', 'req_1', 'req_2', 'req_1', 'req_2'].map((stream) => ({ stream }));
const old = makeLeaves(before);
const oldCheckpoint = (size: number) => checkpointOf(old.slice(0, size));

async function restoredEvent(
  signedAt: number,
  override: Partial<EnvironmentRestored> = {},
): Promise<EnvironmentRestored> {
  const { writes } = appendLeaves(0, [], old.map(leafHash));
  const read = async () => writes[0]?.hashes ?? new Uint8Array();
  const proof = signedAt <= KEPT ? await proveConsistency(read, signedAt, KEPT) : [];
  return {
    type: 'environment.restored',
    origin: RESTORED,
    previous: { origin: ORIGIN, checkpoint: signCheckpoint(oldCheckpoint(signedAt), [SIGNER]) },
    kept: KEPT,
    lost: 6,
    proof: proof.map(toHex),
    ...override,
  };
}

/** The log after the restore: what was kept, the declaration, and two new entries in place of the lost ones. */
async function restoredLog(events: LeafInput['events'], origin = RESTORED): Promise<string[]> {
  const leaves = makeLeaves([
    ...before.slice(0, KEPT),
    { stream: 'environment', kind: 'environment', events },
    { stream: 'req_1', correlation: 'new' },
    { stream: 'req_2', correlation: 'new' },
  ]);
  return exportLines(leaves, { origin });
}

const signed = signCheckpoint(oldCheckpoint(6), [SIGNER]);
const brokenBy = async (result: Promise<Verification>) => {
  const { verdict, ...rest } = await result;
  return 'fault' in rest ? [rest.fault.code, rest.fault.seq] : [verdict, null];
};
const known = (size: number): VerifyOptions => ({ knownCheckpoint: { checkpoint: oldCheckpoint(size) } });
const receipt = (seq: number, origin?: string) => ({
  seq,
  leaf: toHex(leafHash(old[seq - 1] ?? new Uint8Array())),
  origin,
});

describe('a restore that the log declares', () => {
  it('is not an attack: what was known and is lost lies in the gap that it names', async () => {
    const lines = await restoredLog([await restoredEvent(6)]);
    const result = await verifyExport(lines, {
      ...known(6),
      receipts: [receipt(4), receipt(5), receipt(6, ORIGIN)],
    });
    expect(result).toMatchObject({
      verdict: 'intact-not-reexecuted',
      findings: {
        origin: RESTORED,
        restores: [{ seq: 5, kept: 4, lost: 6, previous: { origin: ORIGIN } }],
        knownCheckpoint: 'lost-in-a-declared-restore',
        receiptsConfirmed: 1,
        receiptsLost: [{ seq: 5 }, { seq: 6 }],
      },
    });
  });

  it('still keeps the history before the gap', async () => {
    const lines = await restoredLog([await restoredEvent(3)]);
    expect((await verifyExport(lines, known(2))).findings.knownCheckpoint).toBe('extended');
    const rewritten = { ...oldCheckpoint(2), root: new Uint8Array(32) };
    expect(await brokenBy(verifyExport(lines, { knownCheckpoint: { checkpoint: rewritten } }))).toEqual([
      'known_checkpoint_mismatch',
      null,
    ]);
  });

  it('must own up to the last checkpoint that was signed', async () => {
    const lines = await restoredLog([await restoredEvent(5, { lost: 5 })]);
    expect(await brokenBy(verifyExport(lines, known(6)))).toEqual(['known_checkpoint_mismatch', 5]);
    const split = { ...oldCheckpoint(5), root: new Uint8Array(32) };
    expect(await brokenBy(verifyExport(lines, { knownCheckpoint: { checkpoint: split } }))).toEqual([
      'known_checkpoint_mismatch',
      null,
    ]);
  });

  it('does not excuse an entry that it kept, wrote itself, or did not name as lost', async () => {
    const lines = await restoredLog([await restoredEvent(5, { lost: 5 })]);
    const check = (...receipts: ReturnType<typeof receipt>[]) => brokenBy(verifyExport(lines, { receipts }));
    expect(await check({ ...receipt(3), leaf: '00'.repeat(32) })).toEqual(['receipt_mismatch', 3]);
    expect(await check(receipt(5, RESTORED))).toEqual(['receipt_mismatch', 5]);
    expect(await check(receipt(6))).toEqual(['receipt_mismatch', 6]);
  });

  it.each<[string, number, Partial<EnvironmentRestored>]>([
    ['kept another number of entries', 6, { kept: 3 }],
    ['has the old origin', 6, { origin: ORIGIN }],
    ['names fewer entries as lost than the old checkpoint covers', 6, { lost: 5 }],
    ['names a checkpoint of another log', 6, { previous: { origin: 'x', checkpoint: '' } }],
    [
      'names the checkpoint of another log of the same key',
      6,
      { previous: { origin: `${ORIGIN}/1`, checkpoint: signed } },
    ],
    ['is not consistent with what it kept', 3, { proof: [] }],
    ['names a checkpoint that nobody signed', 6, { previous: { origin: ORIGIN, checkpoint: 'x\n6\n\n' } }],
  ])('does not hold where it %s', async (_what, signedAt, override) => {
    const lines = await restoredLog([await restoredEvent(signedAt, override)]);
    expect(await brokenBy(verifyExport(lines))).toEqual(['restore_invalid', 5]);
  });

  it('does not hold where it is hidden behind another event, or where the log signs as before', async () => {
    const event = await restoredEvent(6);
    expect(await brokenBy(verifyExport(await restoredLog([{ type: 'x' }, event])))).toEqual([
      'restore_invalid',
      5,
    ]);
    expect(await brokenBy(verifyExport(await restoredLog([event], ORIGIN)))).toEqual(['restore_invalid', 5]);
    const unchanged = { ...event, origin: ORIGIN };
    expect(await brokenBy(verifyExport(await restoredLog([unchanged], ORIGIN)))).toEqual([
      'restore_invalid',
      5,
    ]);
  });
});

it('a restore that the log does not declare is an attack', async () => {
  const undeclared = await restoredLog([{ type: 'environment.clock-moved' }]);
  expect(await brokenBy(verifyExport(undeclared, known(4)))).toEqual(['known_checkpoint_of_other_log', null]);
  const underOldName = await restoredLog([{ type: 'environment.clock-moved' }], ORIGIN);
  expect(await brokenBy(verifyExport(underOldName, known(6)))).toEqual(['known_checkpoint_mismatch', null]);
});
