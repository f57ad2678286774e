import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delegation } from '../src/facts/model.ts';
import type { Decision } from '../src/request/model.ts';
import { GROUPS, type Graph, graph, travel } from './graphs.ts';
import { now, type World } from './kit.ts';

/** The nightly tier goes deeper. */
const DEPTH = Number(process.env.COUNTERSIGN_DEPTH ?? 1);

const always = (name: string, check: (g: Graph) => void): void =>
  it(name, { timeout: 60_000 * DEPTH }, () => {
    fc.assert(fc.property(graph, check), { numRuns: 400 * DEPTH });
  });

const STEPS = ['first', 'second', 'third'] as const;
type StepId = (typeof STEPS)[number];

const isActive = (w: World, person: string): boolean =>
  w.directory.people.get(person)?.value?.active === true;
const delegations = (w: World): readonly Delegation[] =>
  [...w.directory.delegations.values()].flatMap((fact) => fact.value);
const recorded = (added: World['log']): Decision[] =>
  added.flatMap(({ events }) => events.flatMap((e) => (e.type === 'decision.recorded' ? [e.decision] : [])));
const partIn = (d: Decision): string[] => [d.person, d.principal, ...d.chain];

/** Who is barred from the whole request. */
function barred(w: World): string[] {
  const { requester, submitter, beneficiary, revision } = now(w);
  return [requester, submitter, beneficiary, ...revision.editors];
}

/** Who has had part in a step from which another one is to be different. */
function elsewhere(w: World, step: string): string[] {
  const lists = w.definition.definition.separate.different.filter((list) => list.includes(step));
  return now(w)
    .decisions.filter((d) => d.standing && d.step !== step && lists.some((list) => list.includes(d.step)))
    .flatMap(partIn);
}

/** Does this delegation hold now, for what is asked here? */
function holds(w: World, link: Delegation): boolean {
  const { amount } = now(w).revision.fields;
  const sum = typeof amount === 'object' && 'amount' in amount ? Number(amount.amount) : Number.NaN;
  const { limit, categories } = link;
  return (
    link.starts <= w.now &&
    w.now < link.ends &&
    link.recordedAt <= w.now &&
    (limit === undefined || sum <= Number(limit.amount)) &&
    (categories?.category === undefined || categories.category.includes('travel'))
  );
}

const members = (w: World, step: StepId): readonly string[] =>
  w.directory.groups.get(GROUPS[step])?.value?.members ?? [];

describe('over random graphs of delegations, while roles change and people leave (N1, N7)', () => {
  always('N7: nobody who is excluded takes a place, by whatever way', (g) => {
    travel(g, (w, added) => {
      for (const d of recorded(added)) {
        const part = partIn(d);
        expect(part.filter((one) => barred(w).includes(one))).toEqual([]);
        expect(part.filter((one) => elsewhere(w, d.step).includes(one))).toEqual([]);
        expect(part.filter((one) => !isActive(w, one))).toEqual([]);
      }
    });
  });

  always('N7: nobody who is excluded holds a place that counts', (g) => {
    travel(g, (w) => {
      const state = now(w);
      if (state.status === 'returned') return;
      for (const step of STEPS) {
        const status = state.steps[step]?.status;
        if (status !== 'open' && status !== 'blocked' && status !== 'approved') continue;
        const counted = state.decisions.filter((d) => d.standing && d.step === step).flatMap(partIn);
        expect(counted.filter((one) => barred(w).includes(one))).toEqual([]);
        expect(counted.filter((one) => elsewhere(w, step).includes(one))).toEqual([]);
      }
    });
  });

  always('a delegate has a chain of at most three delegations, all of which hold for this request', (g) => {
    travel(g, (w, added) => {
      for (const d of recorded(added)) {
        const links = d.delegations.map((id) => delegations(w).find((one) => one.id === id));
        expect(links.length).toBeLessThanOrEqual(3);
        if (d.person === d.principal) expect(links).toEqual([]);
        else expect(links.length).toBeGreaterThan(0);
        let at = d.principal;
        for (const [i, link] of links.entries()) {
          expect(link?.from).toBe(at);
          expect(link !== undefined && holds(w, link)).toBe(true);
          // The last is the delegate's own; before it, each had to be one that may be passed on.
          if (i < links.length - 1) expect(link?.redelegable).toBe(true);
          at = link?.to ?? '';
        }
        expect(at).toBe(d.person);
      }
    });
  });

  always('N1: a step is settled by its quorum of persons, each in one place', (g) => {
    travel(g, (w) => {
      const state = now(w);
      if (state.status === 'returned') return;
      for (const step of STEPS) {
        if (state.steps[step]?.status !== 'approved') continue;
        const approvals = state.decisions.filter((d) => d.standing && d.step === step);
        const persons = approvals.flatMap((d) => [...new Set([d.person, d.principal])]);
        expect(approvals.length).toBeGreaterThanOrEqual(Math.max(1, state.steps[step]?.required ?? 1));
        expect(new Set(persons).size).toBe(persons.length);
      }
    });
  });

  always('N1: a step that nobody may decide is blocked, names its cause, and never passes', (g) => {
    travel(g, (w, added) => {
      const state = now(w);
      const moved = state.assignments.some((a) => a.via.some((v) => v.via === 'reassignment'));
      if (added.length === 0 || moved || !['in_review', 'blocked'].includes(state.status)) return;
      for (const step of STEPS) {
        const own = state.steps[step];
        const decided = state.decisions.some((d) => d.standing && d.step === step);
        if ((own?.status !== 'open' && own?.status !== 'blocked') || decided) continue;
        const may = members(w, step).filter(
          (one) => isActive(w, one) && !barred(w).includes(one) && !elsewhere(w, step).includes(one),
        );
        // A decision elsewhere has walked the route; of the directory the step hears at the next recheck.
        if (may.length > 0) continue;
        expect(own.status).toBe('blocked');
        expect(own.why.rule).toBe('no-eligible-person');
        const named = [...own.why.persons.map((p) => p.person)];
        expect(members(w, step).filter((one) => !named.includes(one))).toEqual([]);
      }
    });
  });

  always('a ratification repairs nothing: no count and no standing changes by it', (g) => {
    let before: readonly Decision[] = [];
    travel(g, (w, added) => {
      const { decisions } = now(w);
      const kinds = added.flatMap((entry) => entry.events.map((e) => e.type));
      if (kinds.length > 0 && kinds.every((kind) => kind === 'decision.ratified')) {
        const bare = (all: readonly Decision[]) => all.map(({ ratified: _, ...d }) => d);
        expect(bare(decisions)).toEqual(bare(before));
        for (const d of decisions) if (d.ratified) expect(d.person).not.toBe(d.principal);
      }
      before = decisions;
    });
  });
});

it('the random graphs do lead to decisions on behalf, over chains, and to ratifications', () => {
  const seen = { behalf: 0, chains: 0, ratified: 0, blocked: 0, approved: 0 };
  for (const g of fc.sample(graph, { numRuns: 300, seed: 1 })) {
    const { decisions, steps, outcome } = now(travel(g, () => undefined));
    seen.behalf += decisions.filter((d) => d.person !== d.principal).length;
    seen.chains += decisions.filter((d) => d.delegations.length > 1).length;
    seen.ratified += decisions.filter((d) => d.ratified).length;
    seen.blocked += Object.values(steps).filter((s) => s.status === 'blocked').length;
    seen.approved += outcome === 'approved' ? 1 : 0;
  }
  expect(Object.entries(seen).filter(([, n]) => n < 10)).toEqual([]);
});
