import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@countersign/sdk';
import { saveExport } from '../commands/audit-export.ts';
import { Refused } from '../kit/errors.ts';
import type { Io } from '../kit/io.ts';
import { verdictWords } from '../verify/verdict.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { compare } from './compare.ts';
import { countExport } from './counts.ts';
import type { Plan } from './plan.ts';
import { play } from './play.ts';
import { type Report, roundedAmounts, variantsOf } from './report.ts';
import { freezeAt, setUp } from './setup.ts';

export type ImportOptions = {
  readonly file: string;
  /** The definition's text and name. */
  readonly source: string;
  readonly definition: string;
  readonly seed: string;
  readonly exportFile: string;
};

/** The whole import: play, export, verify, compare. */
export async function runImport(
  client: Client,
  { cases, events }: Plan,
  options: ImportOptions,
  io: Io,
  note: (text: string) => void,
): Promise<Report> {
  const { file, source, definition, seed, exportFile } = options;
  const began = Date.now();
  const firstAt = events[0]?.event.at ?? '';
  const { replayed: resuming } = await freezeAt(client, firstAt);
  if (resuming) note('This server has played this log before: going on from there.');
  const people = await setUp(client, source, firstAt);
  const played = await play({ client, people, seed, definition }, events, io, resuming);

  await untilSigned(client, played.receipts.at(-1)?.seq ?? 0, io);
  const { data } = await client.exportAudit({ query: {}, signal: io.signal });
  await saveExport(data, exportFile, io);
  const found = countExport(definition);
  const { verification } = await verifyFile(exportFile, { receipts: played.receipts }, io, found.see);
  const { findings } = verification;
  const comparison = compare(events, found.counts, played.refusals);
  const verified = verification.verdict === 'intact-and-reproduced';
  return {
    file,
    cases,
    events: events.length,
    executed: played.executed,
    replayed: played.replayed,
    refused: played.refusals,
    variants: variantsOf(events, played.refusals),
    comparison,
    ownReopenings: found.ownReopenings(),
    roundedAmounts: roundedAmounts(events),
    log: {
      origin: findings.origin ?? '',
      entries: findings.entries,
      root: findings.checkpoint === null ? '' : Buffer.from(findings.checkpoint.root).toString('hex'),
      verdict:
        verification.verdict === 'broken'
          ? `${verdictWords(verification)}: ${verification.fault.words}`
          : verdictWords(verification),
      receipts: findings.receiptsConfirmed,
    },
    ok: verified && comparison.differences.every(({ explanation }) => explanation !== null),
    ms: Date.now() - began,
  };
}

/** The tree is built behind the log: waits until a checkpoint covers what was acknowledged. */
async function untilSigned(client: Client, seq: number, io: Io): Promise<void> {
  const patience = Date.now() + 60_000;
  for (;;) {
    const { data } = await client.getCheckpoint({ signal: io.signal });
    if (data.size >= seq) return;
    if (Date.now() > patience)
      throw new Refused(
        'not-signed',
        `The newest checkpoint covers ${data.size} entries; ${seq} were acknowledged.`,
      );
    await sleep(200, undefined, { signal: io.signal });
  }
}
