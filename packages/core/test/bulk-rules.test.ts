import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDefinition, parseCanonicalDefinition } from '../src/definition/canonical.ts';
import { type BulkList, bulkDigest } from '../src/request/bulk.ts';
import type { CommandData } from '../src/request/commands.ts';
import { as, everyone, file, give, legal, now, oneStep, place, says, type World, world } from './kit.ts';

const DIGEST = 'a'.repeat(64);
const filed = (more = ''): World => {
  const w = world(oneStep('any', more), [...everyone, legal]);
  file(w);
  return w;
};
const byList = (w: World, person: string, decision: 'approve' | 'reject' | 'return' = 'approve') =>
  give(w, as(person), {
    type: 'decide',
    assignment: place(w, 'ann'),
    decision,
    revisionDigest: now(w).revision.digest,
    reason: null,
    comment: null,
    onBehalfOf: null,
    bulk: DIGEST,
  });

describe('decisions by a list (SEMANTICS 22)', () => {
  it('are taken only where the step says so, whoever gives the command', () => {
    const alone = filed();
    expect(byList(alone, 'ann').refusal).toMatchObject({ code: 'bulk-not-offered', data: { step: 'legal' } });
    expect(now(alone).decisions).toEqual([]);
    expect(byList(filed('    bulk: false\n'), 'ann').refusal?.code).toBe('bulk-not-offered');
    expect(byList(filed('    bulk: true\n'), 'ann').refusal).toBeNull();
  });

  it('carry the digest of the list; those that were made alone have none', () => {
    const [listed, alone] = [filed('    bulk: true\n'), filed('    bulk: true\n')];
    const { events } = byList(listed, 'ann');
    expect(events[0]).toMatchObject({ type: 'decision.recorded', decision: { bulk: DIGEST } });
    says(alone, 'ann', 'approve');
    expect(now(alone).decisions[0]).not.toHaveProperty('bulk');
  });

  it('are in nothing else other than those that are made alone', () => {
    fc.assert(
      fc.property(fc.constantFrom('approve', 'reject', 'return'), (decision) => {
        const [listed, alone] = [filed('    bulk: true\n'), filed('    bulk: true\n')];
        byList(listed, 'ann', decision);
        says(alone, 'ann', decision);
        const without = JSON.stringify(now(listed)).replace(`"bulk":"${DIGEST}",`, '');
        expect(without).toBe(JSON.stringify(now(alone)));
      }),
    );
  });

  it('are refused to whoever may not decide, as any other', () => {
    expect(byList(filed('    bulk: true\n'), 'dan').refusal?.code).toBe('not-eligible');
    const w = filed('    bulk: true\n');
    const stale: CommandData = {
      ...{ type: 'decide', assignment: place(w, 'ann'), decision: 'approve', revisionDigest: 'b'.repeat(64) },
      ...{ reason: null, comment: null, onBehalfOf: null, bulk: DIGEST },
    };
    expect(give(w, as('ann'), stale).refusal?.code).toBe('revision-mismatch');
  });

  it('change no definition that says nothing of them', () => {
    const digest = (more: string) => world(oneStep('any', more)).definition;
    expect(digest('    bulk: false\n').digest).toBe(digest('').digest);
    const { definition } = digest('    bulk: true\n');
    expect(parseCanonicalDefinition(canonicalDefinition(definition))).toEqual(definition);
  });
});

describe('the digest of a list', () => {
  const item = fc.record({
    assignment: fc.string(),
    revision: fc.string(),
    onBehalfOf: fc.option(fc.string()),
  });
  const list: fc.Arbitrary<BulkList> = fc.record({
    decision: fc.constantFrom('approve', 'reject'),
    reason: fc.option(fc.string()),
    reasonCode: fc.option(fc.string()),
    items: fc.array(item, { maxLength: 4 }),
  });

  it('is the same for the same list, and another one for another, in whatever it differs', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(bulkDigest(structuredClone(a))).toBe(bulkDigest(a));
        expect(bulkDigest(a) === bulkDigest(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});
