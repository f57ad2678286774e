import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesOf, problemsOf, warningsOf } from '../src/definition/test-kit.ts';
import { factSource } from '../src/facts/directory.ts';
import type { Content } from '../src/request/commands.ts';
import { why } from '../src/why/query.ts';
import { as, everyone, file, give, group, now, open, role, says, service, type World, world } from './kit.ts';

const RULES = `definition: papers
reasons: { override: { outage: Outage } }
fields: { note: text }
documents:
  contract: { accept: [pdf] }
  annexes: { many: true }
route:
  - approve: manager
    by: { group: managers }
    reviews: [contract, note]
  - approve: legal
    by: { group: legal }
    need: 2
    requires: [contract, annexes]
    reviews: [contract, annexes]
    override: { by: { role: duty }, review: { role: audit } }
`;
const bytes = (digit: string) => ({ document: `doc_${digit}`, version: 1, sha256: digit.repeat(64) });
const CONTRACT = { contract: [bytes('a')] };
const BOTH = { ...CONTRACT, annexes: [bytes('b'), bytes('c')] };

const filed = (documents: Content['documents'] = {}, rules = RULES): World => {
  const w = world(rules, [
    ...everyone,
    group('managers', 'ann'),
    group('legal', 'ann', 'bob', 'cyd'),
    role('duty', 'dan'),
    role('audit', 'eve'),
  ]);
  file(w, {}, { content: { fields: {}, documents } });
  return w;
};
const bring = (w: World, documents: Content['documents'], note?: string) =>
  give(w, as('req'), {
    type: 'revise',
    expected: now(w).revision.digest,
    content: { fields: note === undefined ? {} : { note }, documents },
  });
const told = (w: World) =>
  why(now(w), { now: w.now, definition: w.definition, facts: factSource(w.directory) }, { step: 'legal' })[0];

describe('requires', () => {
  it('lets the step open and ask, and takes no approval before the documents are there', () => {
    const w = filed(CONTRACT);
    says(w, 'ann', 'approve');
    expect(now(w)).toMatchObject({ status: 'in_review', steps: { legal: { status: 'open' } } });
    const { refusal } = says(w, 'bob', 'approve');
    expect(refusal).toMatchObject({
      code: 'document-missing',
      data: { step: 'legal', missing: ['annexes'], requester: 'req' },
      errors: [{ field: 'documents.annexes', code: 'required' }],
    });
    bring(w, BOTH);
    says(w, 'bob', 'approve');
    says(w, 'cyd', 'approve');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'approved' });
  });

  it('asks nobody again who did not review what came', () => {
    const w = filed(CONTRACT);
    says(w, 'ann', 'approve');
    bring(w, BOTH);
    expect(now(w).decisions).toMatchObject([{ step: 'manager', standing: true }]);
  });

  it('says what is missing, and from whom', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    expect(told(w)).toMatchObject({
      status: 'open',
      missing: ['documents.annexes', 'documents.contract'],
      waitsFor: 'annexes, contract from req, by a revision, before anybody approves',
      why: { inputs: { 'documents.annexes': null, 'documents.contract': null } },
    });
    bring(w, BOTH);
    says(w, 'ann', 'approve');
    expect(told(w)).toMatchObject({
      missing: [],
      waitsFor: 'a decision by ann, bob, cyd',
      why: { inputs: { 'documents.annexes': 'given', 'documents.contract': 'given' } },
    });
  });

  it('keeps nobody from rejecting or returning', () => {
    const [a, b] = [filed(), filed()];
    for (const w of [a, b]) says(w, 'ann', 'approve');
    expect(says(a, 'bob', 'reject').refusal).toBeNull();
    expect(now(a).status).toBe('closed');
    expect(says(b, 'bob', 'return').refusal).toBeNull();
    expect(now(b).status).toBe('returned');
  });

  it('is not got round by an override, nor by supporting files of a comment', () => {
    const w = filed(CONTRACT);
    says(w, 'ann', 'approve');
    give(w, as('bob'), { type: 'comment', visibility: 'internal', text: null, files: [bytes('d')] });
    expect(says(w, 'bob', 'approve').refusal?.code).toBe('document-missing');
    const override = { type: 'override', step: 'legal', reason: 'outage', comment: null } as const;
    const first = give(w, as('dan'), { ...override, revisionDigest: now(w).revision.digest });
    expect(first.refusal?.code).toBe('document-missing');
    bring(w, BOTH);
    const second = give(w, as('dan'), { ...override, revisionDigest: now(w).revision.digest });
    expect(second.refusal).toBeNull();
  });

  it('does not hold for an approval whose document is exchanged or taken out', () => {
    const w = filed(BOTH);
    says(w, 'ann', 'approve');
    says(w, 'bob', 'approve');
    bring(w, { ...BOTH, annexes: [bytes('d')] });
    expect(now(w).decisions.find((d) => d.step === 'legal')?.standing).toBe(false);
    says(w, 'bob', 'approve');
    bring(w, CONTRACT);
    expect(now(w).decisions.filter((d) => d.step === 'legal' && d.standing)).toEqual([]);
    expect(says(w, 'bob', 'approve').refusal?.code).toBe('document-missing');
  });

  it('carries no earlier approval into a step that lacks a document', () => {
    const carrying = RULES.replace('need: 2\n', 'carry: same-person\n').replace(
      'reviews: [contract, note]',
      'reviews: all',
    );
    const w = filed(CONTRACT, carrying);
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
    const whole = filed(BOTH, carrying);
    says(whole, 'ann', 'approve');
    expect(now(whole).outcome).toBe('approved');
  });

  it('no step that requires a document is ever approved without it, whatever happens', () => {
    const documents = fc.constantFrom({}, CONTRACT, BOTH, { annexes: [bytes('e')] });
    const act = fc.oneof(
      fc.record({ bring: documents, note: fc.constantFrom('a', 'b', undefined) }),
      fc.record({ who: fc.constantFrom('ann', 'bob', 'cyd'), step: fc.constantFrom('manager', 'legal') }),
      fc.constant({ override: true } as const),
    );
    fc.assert(
      fc.property(documents, fc.array(act, { maxLength: 12 }), (first, acts) => {
        const w = filed(first);
        for (const one of acts) {
          if ('bring' in one) bring(w, one.bring, one.note);
          else if ('override' in one)
            give(w, as('dan'), {
              ...{ type: 'override', step: 'legal', reason: 'outage', comment: null },
              revisionDigest: now(w).revision.digest,
            });
          else if (open(w).includes(`${one.step}:${one.who}`))
            says(w, one.who, 'approve', { step: one.step });
          const { steps, revision, decisions } = now(w);
          const held = revision.documents['contract']?.length && revision.documents['annexes']?.length;
          if (held) continue;
          expect(steps['legal']?.status).not.toBe('approved');
          expect(
            decisions.filter((d) => d.step === 'legal' && d.standing && d.decision === 'approve'),
          ).toEqual([]);
        }
      }),
    );
  });

  it('may be answered by a service account as well', () => {
    const w = filed(CONTRACT);
    says(w, 'ann', 'approve');
    expect(
      give(w, service, {
        type: 'revise',
        expected: now(w).revision.digest,
        content: { fields: {}, documents: BOTH },
      }).refusal,
    ).toBeNull();
  });
});

describe('publishing', () => {
  it('refuses what is no document, and what the step does not review', () => {
    const bad = RULES.replace('requires: [contract, annexes]', 'requires: [contract, anexes, note]');
    expect(problemsOf(bad)).toEqual([
      'unknown-name 14:15 route[1].requires',
      'unknown-name 14:15 route[1].requires',
    ]);
    expect(messagesOf(bad)).toMatch(/`anexes` is no document. Did you mean `annexes`/);
    expect(problemsOf(RULES.replace('reviews: [contract, annexes]', 'reviews: [contract]'))).toEqual([
      'bad-value 14:15 route[1].requires',
    ]);
    expect(problemsOf(RULES.replace('[contract, annexes]', '[contract, contract]'))).toEqual([
      'duplicate 14:15 route[1].requires',
    ]);
  });

  it('warns of what every request must have anyway', () => {
    expect(warningsOf(RULES.replace('contract: { accept: [pdf] }', 'contract: { required: true }'))).toEqual([
      'never-happens 14:15 route[1].requires',
    ]);
  });
});
