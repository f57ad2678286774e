// 100,000 requests in the tier (npm run test:fuzz), 1,000 here. COUNTERSIGN_FUZZ_SEED runs one seed again.
import { appendFileSync } from 'node:fs';
import { verifyExport } from '@countersign/ledger';
import { expect, test } from 'vitest';
import { rerun } from '../../../packages/cli/src/verify/reexecute.ts';
import { openTestServer, type TestServer } from '../../support/server.ts';
import { type CampaignReport, campaign } from './campaign.ts';
import { operations } from './document.ts';

const REQUESTS = Number(process.env.COUNTERSIGN_FUZZ_REQUESTS ?? 1000);
/** Requests of one seed: each seed has a server and a database of its own, so that a finding is soon run again. */
const EACH = 2500;
const first = Number(process.env.COUNTERSIGN_FUZZ_SEED ?? 1);
const seeds = Array.from({ length: Math.ceil(REQUESTS / EACH) }, (_, i) => first + i);

test.each(seeds)(
  'no answer outside the contract, no 5xx and no leak: seed %i',
  { timeout: 600_000 },
  async (seed) => {
    // Frozen and seeded: the same requests get the same ids.
    const server = await openTestServer({ sandbox: { seed: `fuzz-${seed}`, clock: '2026-01-01T00:00:00Z' } });
    try {
      const { url, api } = server;
      const requests = Math.min(EACH, REQUESTS);
      const report = await campaign({ url, secret: api.secret ?? '', seed, requests });
      record(seed, report);
      expect(
        report.failures.map((one) => `request ${one.nth}: ${one.faults.join('; ')}\n  ${one.request}`),
      ).toEqual([]);
      expect(server.log.filter((line) => line.level === 'error' || line.level === 50)).toEqual([]);
      expect(await verdictOf(server)).toBe('intact-and-reproduced');
      // A run that never gets anywhere proves nothing.
      expect(Object.keys(report.byOperation).length).toBeGreaterThan(operations.length * 0.9);
      expect(report.byOperation.decideAssignment?.[201] ?? 0).toBeGreaterThan(requests / 250);
    } finally {
      await server.close();
    }
  },
);

/** Whatever was sent: the log holds, and every decision in it comes out the same. An erasure may stand in the way. */
async function verdictOf({ api }: TestServer): Promise<string> {
  const exported = await api.ok('exportAudit');
  const { body } = await api.ok('getCheckpoint');
  const lines = exported.raw.toString('utf8').split('\n').slice(0, -1);
  const result = await verifyExport(lines, { trustedKeys: [body.verifierKey], reexecute: rerun().reexecute });
  return result.verdict === 'broken' ? `broken: ${result.fault.seq} ${result.fault.words}` : result.verdict;
}

function record(seed: number, report: CampaignReport): void {
  const file = process.env.COUNTERSIGN_FUZZ_REPORT;
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify({ seed, ...report })}\n`);
}
