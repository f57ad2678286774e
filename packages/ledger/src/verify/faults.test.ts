import { describe, expect, it } from 'vitest';
import { context, file, item, items, leaves, lines, note, sealed, steps } from '../../test/log.ts';
import { checkpointOf, ENVIRONMENT, exportLines, headerFor, KEY, makeLeaves } from '../../test/sample.ts';
import { toHex, utf8 } from '../bytes.ts';
import { canonicalText } from '../canonical/encode.ts';
import { readLines } from '../export/lines.ts';
import type { ExportEntry, ExportHeader } from '../export/model.ts';
import { writeExport } from '../export/write.ts';
import { leafHash } from '../merkle/hash.ts';
import { proveConsistency, proveRange } from '../merkle/prove.ts';
import { appendLeaves, type TileReader } from '../merkle/tiles.ts';
import { SEAL_ENTROPY_BYTES, seal } from '../sealed/sealed.ts';
import type { Fault, Reexecution, VerifyOptions } from './model.ts';
import { verifyExport } from './verify.ts';

const place = ({ code, seq, within, stream, line, words }: Fault): string =>
  `${code} seq ${seq} within ${within === null ? null : `${within.first}-${within.last}`} of ${stream} line ${line}: ${words}`;
/** Everything that a verdict says, as one line for each fault. */
async function said(of: readonly string[], options?: VerifyOptions): Promise<readonly string[]> {
  const result = await verifyExport(of, options);
  if (result.verdict !== 'broken') return [result.verdict];
  return [result.fault, ...result.alsoFound].map(place);
}
const { writes } = appendLeaves(0, [], leaves.map(leafHash));
const read: TileReader = async ({ level, index }) =>
  writes.find((tile) => tile.level === level && tile.index === index)?.hashes ?? new Uint8Array();
async function part(first: number, last: number, change: Partial<ExportHeader> = {}): Promise<string[]> {
  const { before, after } = await proveRange(read, first - 1, last, 6);
  const header = headerFor(leaves, {
    range: { first, last },
    engine: last < first ? 0 : 1,
    before: before.map(toHex),
    after: after.map(toHex),
    ...change,
  });
  const entries = leaves.slice(first - 1, last).map((leaf, i): ExportEntry => ({ seq: first + i, leaf }));
  const made: string[] = [];
  for await (const line of writeExport(header, entries)) made.push(line.trimEnd());
  return made;
}
const known = (size: number, change: object = {}): VerifyOptions => ({
  knownCheckpoint: { checkpoint: { ...checkpointOf(leaves.slice(0, size)), ...change } },
});
const trailer = (change: object): string => {
  const { trailer: plain } = JSON.parse(lines.at(-1) ?? '');
  return canonicalText({ trailer: { ...plain, ...change } });
};
const answering =
  (answers: { readonly [seq: number]: Reexecution }): VerifyOptions['reexecute'] =>
  ({ seq }) =>
    answers[seq] ?? { verdict: 'reproduced', detail: null };
const rewritten = (at: number): Promise<string[]> =>
  exportLines(
    makeLeaves(steps.map((step, i) => (i === at - 1 ? { ...step, correlation: 'other' } : step))),
    { checkpoint: note },
    items,
  );

/** Committed to as it is, and sealed for another environment. */
async function foreign(): Promise<readonly string[]> {
  const other = seal({
    plaintext: utf8('x'),
    context: { ...context, environment: 'env_x' },
    ownerKey: new Uint8Array(32).fill(1),
    entropy: new Uint8Array(SEAL_ENTROPY_BYTES).fill(2),
  });
  const data = { comment: other.reference };
  const made = makeLeaves([{ stream: 'req_1', command: { id: 'c', type: 'comment', actor: {}, data } }]);
  return exportLines(made, {}, { 1: [{ ...item, value: other.value }] });
}

describe('what is said of', () => {
  it('an export that breaks off, or whose end does not fit', async () => {
    const body = lines.slice(0, -1);
    expect([
      await said([]),
      await said(lines.slice(0, 3)),
      await said(body),
      await said([...lines.slice(0, 3), lines.at(-1) ?? '']),
      await said([...body, trailer({ entries: 5 })]),
      await said([...body, trailer({ items: 0 })]),
      await said([...body, trailer({ header: '00'.repeat(32) })]),
      await said([...lines, lines.at(-1) ?? '']),
      await said([...lines, lines[0] ?? '']),
      await said([...body, lines[0] ?? '']),
      await said(lines.slice(1)),
      await said([...lines.slice(0, 6), '{}', ...lines.slice(6)]),
      await said([...body.slice(0, -1), '{}', lines.at(-1) ?? '']),
      await said([...body, '{}']),
      await said(await exportLines(leaves, { engine: 2 })),
    ]).toMatchSnapshot();
    const cut = await verifyExport(readLines([file.subarray(0, -1)]));
    expect(cut.verdict === 'broken' ? place(cut.fault) : cut.verdict).toMatchSnapshot();
  });

  it('a header that does not agree with its checkpoint', async () => {
    const [hash] = (await part(3, 4)).flatMap((line) => JSON.parse(line).header?.before ?? []);
    expect([
      await said(await exportLines(leaves, { origin: 'x', checkpoint: note })),
      await said(await exportLines(leaves, { range: { first: 1, last: 7 } })),
      await said(await exportLines(leaves, { before: [hash] })),
      await said(await exportLines(leaves, { after: [hash] })),
      await said(await part(3, 4, { before: [] })),
      await said(await part(3, 4, { after: [] })),
      await said(lines, { trustedKeys: [] }),
    ]).toMatchSnapshot();
  });

  it('entries that the log did not sign, and among which of them the fault lies', async () => {
    const edited = await rewritten(6);
    const first = await rewritten(3);
    expect([
      await said(edited),
      await said(edited, known(0)),
      await said(edited, known(1)),
      await said(edited, known(5)),
      await said(edited, known(5, { root: new Uint8Array(32) })),
      await said(edited, known(6)),
      await said(first, known(5)),
      await said(
        await part(3, 6, {
          before: (await part(2, 6)).slice(0, 1).flatMap((line) => JSON.parse(line).header.before),
        }),
      ),
      await said(await part(2, 5, { after: ['00'.repeat(32)] }), known(2)),
      await said(await part(2, 5, { after: ['00'.repeat(32)] }), known(1)),
    ]).toMatchSnapshot();
  });

  it('several faults: the one that stands first, first', async () => {
    const different = (seq: number, detail: string | null = 'x') =>
      ({ reexecute: answering({ [seq]: { verdict: 'different', detail } }) }) as const;
    const swapped = lines.with(2, lines[3] ?? '').with(3, lines[2] ?? '');
    const edited = await rewritten(6);
    expect([
      await said(lines, different(3)),
      await said(lines, different(3, null)),
      await said(swapped, different(1)),
      await said(edited, different(2)),
      await said(edited, different(1)),
      await said(edited, { ...different(5), ...known(3) }),
      await said(edited, { ...different(4), ...known(3) }),
      await said(edited, { ...different(2), ...known(3) }),
      await said(lines.slice(0, -1), different(2)),
      await said([...lines.slice(0, -1), trailer({ items: 9 })], different(2)),
    ]).toMatchSnapshot();
  });

  it('sealed values that do not belong', async () => {
    const line = lines[5] ?? '';
    const { commitment } = sealed.reference;
    const elsewhere = { ...item, value: { ...item.value, context: { ...context, stream: 'req_2' } } };
    expect(commitment).toHaveLength(64);
    expect([
      await said([lines[0] ?? '', line, ...lines.slice(1)]),
      await said(lines.toSpliced(5, 1).toSpliced(4, 0, line)),
      await said(lines.with(5, line.replace('"name":"comment"', '"name":"other"'))),
      await said(await foreign()),
      await said(await exportLines(leaves, { checkpoint: note }, { 4: [elsewhere] })),
    ]).toMatchSnapshot();
  });

  it('a checkpoint that somebody kept', async () => {
    const proof = await proveConsistency(read, 2, 6);
    const later = await part(5, 6);
    const kept = (size: number, more: readonly Uint8Array[]): VerifyOptions => ({
      knownCheckpoint: { checkpoint: checkpointOf(leaves.slice(0, size)), proof: more },
    });
    expect([
      await said(lines, known(6, { size: 7 })),
      await said(lines, known(6)),
      await said(lines, known(0)),
      await said(lines, known(3, { root: new Uint8Array(32) })),
      await said(lines, known(6, { root: new Uint8Array(32) })),
      await said(lines, known(6, { origin: 'x' })),
      await said(later, known(2)),
      await said(later, known(4)),
      await said(later, kept(2, proof)),
      await said(later, kept(2, proof.slice(1))),
      await said(later, kept(3, proof)),
      await said(await part(1, 2), known(6)),
      await said(await part(1, 2), kept(6, [])),
    ]).toMatchSnapshot();
  });

  it('streams that begin in the middle, and times that stand still', async () => {
    expect(await said(await part(4, 6))).toEqual(['intact-not-reexecuted']);
    const now = '2026-01-31T09:00:00.000Z';
    expect(await said(await exportLines(makeLeaves(steps.map((step) => ({ ...step, now })))))).toEqual([
      'intact-not-reexecuted',
    ]);
    const orphan = makeLeaves([{ stream: 'req_1' }, { stream: 'req_1' }]).slice(1);
    expect(await said(await exportLines(orphan))).toMatchSnapshot();
  });
});

describe('the findings', () => {
  it('of an export whose header cannot be opened are empty', async () => {
    expect((await verifyExport(['{}'], known(3))).findings).toEqual({
      origin: null,
      environment: null,
      range: null,
      complete: false,
      checkpoint: null,
      key: null,
      entries: 0,
      sealedValues: 0,
      reproduced: 0,
      erased: 0,
      otherwiseNotReproducible: 0,
      notReproducible: [],
      restores: [],
      receiptsConfirmed: 0,
      receiptsLost: [],
      knownCheckpoint: 'not-reached',
    });
    expect((await verifyExport(['{}'])).findings.knownCheckpoint).toBe('not-given');
  });

  it('of a whole one are complete', async () => {
    const result = await verifyExport(lines, { trustedKeys: [KEY], ...known(3) });
    expect(result.findings).toMatchObject({
      environment: ENVIRONMENT,
      complete: true,
      knownCheckpoint: 'extended',
    });
    expect(result.findings.checkpoint).toEqual(checkpointOf(leaves));
  });

  it.each([
    [{}, 'intact-and-reproduced'],
    [{ 2: 'erased' }, 'intact-not-reproducible'],
    [{ 2: 'not-reproducible' }, 'intact-not-reproducible'],
    [{ 2: 'erased', 3: 'not-reproducible' }, 'intact-not-reproducible'],
  ] as const)('with %j are %s, asked at once or in time', async (answers, verdict) => {
    const given = Object.fromEntries(
      Object.entries(answers).map(([seq, one]) => [seq, { verdict: one, detail: null }]),
    );
    const reexecute = answering(given);
    const late: VerifyOptions['reexecute'] = async (entry) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return reexecute?.(entry) ?? { verdict: 'reproduced', detail: null };
    };
    expect((await verifyExport(lines, { reexecute })).verdict).toBe(verdict);
    const result = await verifyExport(lines, { reexecute: late });
    expect([result.verdict, result.findings.reproduced]).toEqual([verdict, 6 - Object.keys(answers).length]);
  });

  it('name the first hundred that cannot be run again', async () => {
    const many = await exportLines(makeLeaves(Array.from({ length: 102 }, () => ({ stream: 'req_1' }))));
    const { findings } = await verifyExport(many, {
      reexecute: () => ({ verdict: 'erased', detail: 'gone' }),
    });
    expect([findings.erased, findings.notReproducible.length]).toEqual([102, 100]);
    expect(findings.notReproducible[99]).toEqual({
      seq: 100,
      stream: 'req_1',
      verdict: 'erased',
      detail: 'gone',
    });
  });

  it('of an empty export that extends what was known', async () => {
    const empty = await part(4, 3);
    expect((await verifyExport(empty, known(3))).findings.knownCheckpoint).toBe('extended');
  });
});
