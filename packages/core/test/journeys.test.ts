import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Node } from '../src/definition/model.ts';
import { factSource } from '../src/facts/directory.ts';
import { recordFacts } from '../src/facts/record.ts';
import { decide } from '../src/request/decide.ts';
import type { RequestEvent } from '../src/request/events.ts';
import { evolve } from '../src/request/evolve.ts';
import type { Decision } from '../src/request/model.ts';
import { isOverridden } from '../src/request/overrides.ts';
import type { RequestState } from '../src/request/state.ts';
import { why } from '../src/why/query.ts';
import { begin, type Journey, journey, perform } from './journey.ts';
import { as, give, now, service, type World } from './kit.ts';

/** The nightly tier goes deeper. */
const DEPTH = Number(process.env['COUNTERSIGN_DEPTH'] ?? 1);

/** Plays a journey and looks after each move, with what the move added to the log. */
function travel(
  j: Journey,
  look: (w: World, added: World['log'], before: RequestState | null) => void,
): World {
  const w = begin(j);
  look(w, w.log, null);
  for (const move of j.moves) {
    const [length, before] = [w.log.length, now(w)];
    perform(w, move);
    look(w, w.log.slice(length), before);
  }
  return w;
}

const always = (name: string, runs: number, check: (j: Journey) => void): void =>
  it(name, { timeout: 60_000 * DEPTH }, () => {
    fc.assert(fc.property(journey, check), { numRuns: runs * DEPTH });
  });

/** The obvious way to count, from the log alone: who stands behind a step in its last opening, and in which places. */
function recount(
  w: World,
  step: string,
): { required: number; approvals: Decision[]; persons: string[]; all: Decision[]; added: string[] } {
  let required = Number.POSITIVE_INFINITY;
  const decisions = new Map<number, Decision>();
  const places = new Set<number>();
  const added = new Map<number, string>();
  for (const { events } of w.log)
    for (const e of events) {
      if (e.type === 'step.opened' && e.step === step) required = e.required;
      if (e.type === 'decision.recorded' && e.decision.step === step) decisions.set(e.decision.n, e.decision);
      if (e.type === 'decision.voided') decisions.delete(e.decision);
      if (e.type === 'assignments.opened')
        for (const a of e.assignments) if (a.via.some((v) => v.via === 'added')) places.add(a.n);
      if (e.type === 'control.added' && e.addition.step === step && e.addition.as === 'approver')
        added.set(e.addition.n, e.addition.person);
      if (e.type === 'control.taken-away') added.delete(e.addition);
    }
  const all = [...decisions.values()].filter((d) => d.decision === 'approve');
  // What was decided besides the quorum is no part of it.
  const approvals = all.filter((d) => !places.has(d.assignment));
  const persons = all.flatMap((d) => [...new Set([d.person, d.principal])]);
  return { required, approvals, persons, all, added: [...added.values()] };
}

/** Rungs of a settled step without their quorum of persons, one place each, as the log has it. */
function shortRungs(w: World, step: string): readonly string[] {
  let rungs: readonly string[] = [];
  const required = new Map<string, number>();
  const rungOf = new Map<number, string>();
  for (const { events } of w.log)
    for (const e of events) {
      if (e.type === 'step.opened' && e.step === step) rungs = [];
      if (e.type === 'rung.opened' && e.step === step) {
        rungs = e.of;
        required.set(e.rung, e.required);
      }
      if (e.type === 'assignments.opened')
        for (const a of e.assignments) if (a.rung !== undefined) rungOf.set(a.n, a.rung);
      if (e.type === 'assignment.reassigned' && e.replacement.rung !== undefined)
        rungOf.set(e.replacement.n, e.replacement.rung);
    }
  const { approvals } = recount(w, step);
  return rungs.filter((rung) => {
    const of = approvals.filter((d) => rungOf.get(d.assignment) === rung);
    const persons = of.flatMap((d) => [...new Set([d.person, d.principal])]);
    return of.length < Math.max(1, required.get(rung) ?? 1) || new Set(persons).size < persons.length;
  });
}

/** The obvious walk: is everything on the way settled, given how the conditions come out? */
function isThrough(w: World, nodes: readonly Node[]): boolean {
  const state = now(w);
  return nodes.every((node) => {
    const own = state.steps[node.id];
    switch (node.kind) {
      case 'approve': {
        if (own?.status === 'skipped') return node.when !== null;
        const { required, approvals } = recount(w, node.id);
        if (own?.why.rule === 'overridden') return overriddenBy(state, node.id).length === 1;
        return own?.status === 'approved' && approvals.length >= Math.max(1, required);
      }
      case 'check':
        return own?.check === 'pass' || (own?.status === 'skipped' && node.when !== null);
      case 'sequence':
      case 'parallel':
        return isThrough(w, node.steps);
      case 'choose': {
        const { amount } = state.revision.fields;
        const sum = typeof amount === 'object' && 'amount' in amount ? Number(amount.amount) : Number.NaN;
        // Both conditions in these definitions ask whether the amount lies below 100; unknown chooses nothing.
        const index = sum < 100 ? 0 : sum >= 100 ? 1 : -1;
        const branch = node.branches[index];
        return branch !== undefined && own?.branch === index && isThrough(w, branch.steps);
      }
      default: {
        const never: never = node;
        return never;
      }
    }
  });
}

const settled = (state: RequestState): string[] =>
  Object.entries(state.steps).flatMap(([id, s]) => (s.status === 'approved' ? [id] : []));
const overriddenBy = (state: RequestState, step: string): string[] =>
  (state.overrides ?? []).flatMap((one) => (one.standing && one.step === step ? [one.person] : []));
const touching = (decisions: readonly Decision[]): string[] =>
  decisions.flatMap((d) => [d.person, d.principal, ...d.chain]);

describe('over random journeys with everything that definitions have', () => {
  always(
    'N1: a settled step has its quorum of persons, counted again from the log, one place each',
    300,
    (j) => {
      travel(j, (w) => {
        if (now(w).status === 'returned') return;
        for (const id of settled(now(w))) {
          // The one way below a quorum, and it is marked.
          if (now(w).steps[id]?.why.rule === 'overridden') continue;
          expect(shortRungs(w, id)).toEqual([]);
          const { required, approvals, persons, all, added } = recount(w, id);
          expect(added.filter((one) => !all.some((d) => d.principal === one))).toEqual([]);
          expect(approvals.length).toBeGreaterThanOrEqual(Math.max(1, required));
          if (now(w).steps[id]?.rungs === undefined) expect(new Set(persons).size).toBe(persons.length);
          const step = w.definition.step(id);
          if (step?.kind !== 'approve' || step.need.rule !== 'each') continue;
          // One of each, and two persons: not twice the same group.
          const groups = approvals.flatMap((d) => d.countsFor ?? []);
          for (const { name } of step.need.of) expect(groups).toContain(name);
          expect(approvals.length).toBeGreaterThanOrEqual(step.need.of.length);
        }
      });
    },
  );

  always('an approved request has been through all of its route, as the obvious walk sees it', 300, (j) => {
    travel(j, (w) => {
      if (now(w).outcome === 'approved') expect(isThrough(w, w.definition.definition.route)).toBe(true);
    });
  });

  always('an approved request is marked as overridden exactly if a step of it was', 200, (j) => {
    travel(j, (w, added) => {
      const event = added.flatMap((entry) => entry.events).find((e) => e.type === 'request.approved');
      if (!event || now(w).outcome !== 'approved') return;
      const marked = Object.values(now(w).steps).some(
        (s) => s.status === 'approved' && s.why.rule === 'overridden',
      );
      expect([event.type === 'request.approved' && event.overridden === true, isOverridden(now(w))]).toEqual([
        marked,
        marked,
      ]);
    });
  });

  always(
    'N7: behind a settled step stands nobody who is excluded, on the whole chain of authority',
    300,
    (j) => {
      travel(j, (w) => {
        const state = now(w);
        if (state.status === 'returned') return;
        const never = new Set([
          state.requester,
          state.submitter,
          state.beneficiary,
          ...state.revision.editors,
        ]);
        const of = (step: string) =>
          settled(state).includes(step)
            ? [
                ...touching(state.decisions.filter((d) => d.step === step && d.standing)),
                ...overriddenBy(state, step),
              ]
            : [];
        for (const id of settled(state)) expect(of(id).filter((p) => never.has(p))).toEqual([]);
        const second = new Set(of('second'));
        expect(of('first').filter((p) => second.has(p))).toEqual([]);
      });
    },
  );

  always('a decision is counted for what it reviewed: nothing of that has changed since', 200, (j) => {
    const seen = new Map<number, RequestState['revision']>();
    travel(j, (w) => {
      const state = now(w);
      seen.set(state.revision.number, state.revision);
      for (const d of state.decisions.filter((one) => one.standing)) {
        const step = w.definition.step(d.step);
        const before = seen.get(d.revision);
        if (step?.kind !== 'approve' || before === undefined) throw new Error(`no step ${d.step}`);
        const reviewed = step.reviews === 'all' ? ['amount', 'note'] : step.reviews;
        for (const name of reviewed) expect(state.revision.fields[name]).toEqual(before.fields[name]);
      }
    });
  });

  always('while it is on hold, and once it is late, nothing is settled', 200, (j) => {
    travel(j, (w, added, before) => {
      if (before === null) return;
      const late = before.expiresAt !== null && before.status !== 'closed' && w.now >= before.expiresAt;
      const held = 'hold' in before && before.hold !== null;
      const kinds = added.flatMap((entry) => entry.events.map((e) => e.type));
      const settling = kinds.filter((t) =>
        /^(step\.(opened|approved|rejected)|request\.approved|request\.rejected)$/.test(t),
      );
      if (late) expect(kinds.filter((t) => !/cancelled|expired|closed|reminder/.test(t))).toEqual([]);
      if (held && !kinds.includes('request.released')) expect(settling).toEqual([]);
    });
  });

  always('it comes to rest: asking again changes nothing, so nothing is stuck that could go on', 200, (j) => {
    travel(j, (w) => {
      expect(give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' })).toEqual({
        events: [],
        refusal: null,
      });
    });
  });

  always('timers belong to what is still waited for', 200, (j) => {
    travel(j, (w) => {
      const state = now(w);
      for (const key of Object.keys(state.timers)) {
        if (key === 'expire') expect(state.status).not.toBe('closed');
        else {
          const status = state.steps[key.split(':')[1] ?? '']?.status;
          expect(['open', 'blocked', 'waiting']).toContain(status);
          expect(['in_review', 'on_hold', 'blocked']).toContain(state.status);
        }
      }
    });
  });

  always('the status version rises with every change of status or outcome, and never falls', 200, (j) => {
    travel(j, (w, added, before) => {
      if (before === null) return;
      const after = now(w);
      const moved = before.status !== after.status || before.outcome !== after.outcome;
      if (moved) expect(after.statusVersion).toBeGreaterThan(before.statusVersion);
      else expect(after.statusVersion).toBeGreaterThanOrEqual(before.statusVersion);
      if (added.length === 0) expect(after).toBe(before);
    });
  });

  always('an effect is done on an approved request only, once, and ends reopening', 200, (j) => {
    let done = 0;
    travel(j, (_w, added, before) => {
      for (const event of added.flatMap((entry) => entry.events)) {
        if (event.type === 'effect.receipted') done += 1;
        if (event.type === 'effect.receipted') expect(before?.outcome).toBe('approved');
        if (event.type === 'request.reopened') expect(done).toBe(0);
      }
      expect(done).toBeLessThanOrEqual(1);
    });
  });

  always(
    'stored as JSON and read back, it is decided alike, with the same facts in another order',
    150,
    (j) => {
      const w = begin(j);
      for (const move of j.moves) {
        const state: RequestState = JSON.parse(JSON.stringify(now(w)));
        expect(state).toStrictEqual(now(w));
        const { directory } = w;
        const length = w.log.length;
        perform(w, move);
        const entry = w.log[length];
        if (!entry || w.directory !== directory) continue;
        const again = (people: World['directory']['people']): [unknown, readonly RequestEvent[]] => {
          const recorder = recordFacts(factSource({ ...w.directory, people }));
          const context = { now: entry.now, definition: w.definition, facts: recorder.source };
          const decided = decide(state, entry.command, context);
          return [recorder.used(), decided.ok ? decided.events : []];
        };
        const reversed = new Map([...w.directory.people].reverse());
        expect(again(reversed)).toEqual(again(w.directory.people));
        expect(again(reversed)[1]).toEqual(entry.events);
      }
      let folded: RequestState | null = null;
      for (const entry of w.log) for (const event of entry.events) folded = evolve(folded, event, entry.now);
      expect(folded).toStrictEqual(w.state);
    },
  );

  always('every step that is stuck says what stops it, and asking why never fails', 150, (j) => {
    travel(j, (w) => {
      const context = { now: w.now, definition: w.definition, facts: factSource(w.directory) };
      for (const step of why(now(w), context)) {
        if (step.status === 'blocked' || step.status === 'held') {
          expect(step.why?.clause ?? '').not.toBe('');
          expect(step.waitsFor).not.toBeNull();
        }
        if (step.status === 'held') expect(step.missing).not.toEqual([]);
      }
      for (const person of ['ann', 'req', 'nobody']) why(now(w), context, { person });
    });
  });

  always('whatever is asked of it, it answers: events or a refusal', 100, (j) => {
    const w = travel(j, () => undefined);
    const content = { fields: {}, documents: {} };
    const digest = now(w).revision.digest;
    for (const actor of [as('ann'), as('nobody'), service, { kind: 'system', system: 'timer' } as const]) {
      for (const n of [-1, 0, 1, 2, 99]) {
        const what = { decision: 'approve', revisionDigest: digest, reason: null, comment: null } as const;
        give(w, actor, { type: 'decide', assignment: n, onBehalfOf: 'constructor', ...what });
        give(w, actor, { type: 'decide', assignment: n, onBehalfOf: null, ...what });
        give(w, actor, { type: 'reassign', assignment: n, to: 'constructor', reason: null });
      }
      for (const step of ['constructor', '__proto__', 'first', 'choose-3', 'risk', ''])
        give(w, actor, { type: 'answerCheck', step, answer: 'pass', reference: null });
      for (const timer of ['constructor', '__proto__', 'remind:first:9', 'check:first', ':', ''])
        give(w, actor, { type: 'fire', timer });
      give(w, actor, { type: 'revise', expected: '', content });
      give(w, actor, { type: 'submit' });
      const effect = { effect: '__proto__', reference: null, statusVersion: -1 } as const;
      give(w, actor, { type: 'recordEffect', state: 'done', ...effect });
    }
    expect(JSON.parse(JSON.stringify(now(w)))).toStrictEqual(now(w));
  });
});
