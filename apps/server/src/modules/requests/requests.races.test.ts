import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur, file, placeOf } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api);
const ann = who.ann ?? '';

/** 300 in the quick run; the nightly tier sets 10,000. */
const ROUNDS = Number(process.env.COUNTERSIGN_RACES ?? 300);
const AT_ONCE = 25;

/** Runs `round` so many times, some at once, and collects what each says. */
async function rounds<T>(round: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let done = 0; done < ROUNDS; done += AT_ONCE) {
    results.push(...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, ROUNDS - done) }, round))));
  }
  return results;
}

const codeOf = ({ json }: { json: unknown }): string | null =>
  typeof json === 'object' && json !== null && 'code' in json ? String(json.code) : null;

describe(`racers on every transition, ${ROUNDS} times: one wins, the other is told what happened`, () => {
  it('revise against decide: no decision lands on a revision that its maker did not see (N5)', {
    timeout: 1_800_000,
  }, async () => {
    const outcomes = await rounds(async () => {
      const request = await file(api, '10.00');
      const assignment = await placeOf(api, request.id, ann);
      const [decided, revised] = await Promise.all([
        api.any('decideAssignment', {
          params: { assignment },
          body: { decision: 'approve', revision: request.revision.digest },
          actFor: ann,
        }),
        api.any('reviseApprovalRequest', {
          params: { request: request.id },
          body: { expected: request.revision.digest, fields: { amount: eur('11.00') } },
        }),
      ]);
      const { body } = await api.ok('getApprovalRequest', { params: { request: request.id } });
      for (const d of body.decisions.filter((one) => one.standing))
        expect(d.revisionDigest).toBe(body.revision.digest);
      return [codeOf(decided), codeOf(revised)];
    });
    for (const [decided, revised] of outcomes) {
      expect([decided, revised].filter((code) => code === null).length).toBe(1);
      if (decided !== null) expect(['revision-mismatch', 'assignment-not-open']).toContain(decided);
      if (revised !== null) expect(revised).toBe('request-not-active');
    }
  });

  it('decide against decide: one decision counts, the other hears of it', {
    timeout: 1_800_000,
  }, async () => {
    const outcomes = await rounds(async () => {
      const request = await file(api, '10.00');
      const assignment = await placeOf(api, request.id, ann);
      const body = { decision: 'approve', revision: request.revision.digest };
      const two = await Promise.all(
        [1, 2].map(() => api.any('decideAssignment', { params: { assignment }, body, actFor: ann })),
      );
      return two.map(codeOf);
    });
    for (const codes of outcomes) {
      expect(codes.filter((code) => code === null).length).toBe(1);
      expect(['request-not-active', 'already-decided']).toContain(codes.find((code) => code !== null));
    }
  });

  it('cancel against approve: one outcome stands', { timeout: 1_800_000 }, async () => {
    const outcomes = await rounds(async () => {
      const request = await file(api, '10.00');
      const assignment = await placeOf(api, request.id, ann);
      const [decided, cancelled] = await Promise.all([
        api.any('decideAssignment', {
          params: { assignment },
          body: { decision: 'approve', revision: request.revision.digest },
          actFor: ann,
        }),
        api.any('cancelApprovalRequest', { params: { request: request.id }, body: {} }),
      ]);
      const { body } = await api.ok('getApprovalRequest', { params: { request: request.id } });
      return { decided: codeOf(decided), cancelled: codeOf(cancelled), outcome: body.outcome };
    });
    for (const { decided, cancelled, outcome } of outcomes) {
      expect([decided, cancelled].filter((code) => code === null).length).toBe(1);
      expect(outcome).toBe(decided === null ? 'approved' : 'cancelled');
    }
  });
});
