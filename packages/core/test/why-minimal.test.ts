import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factSource } from '../src/facts/directory.ts';
import type { FactSource } from '../src/facts/model.ts';
import type { Command } from '../src/request/commands.ts';
import { decide } from '../src/request/decide.ts';
import type { RequestEvent } from '../src/request/events.ts';
import { evolve } from '../src/request/evolve.ts';
import type { Decision } from '../src/request/model.ts';
import type { RequestState } from '../src/request/state.ts';
import type { Explanation, PersonReason } from '../src/why/model.ts';
import { begin, type Journey, journey, NAMES, perform } from './journey.ts';
import { now, type World } from './kit.ts';

/** The nightly tier goes deeper. */
const DEPTH = Number(process.env.COUNTERSIGN_DEPTH ?? 1);

const RUNS = 100;

/** A command as it was decided, with all that it was decided on. */
type Case = {
  readonly w: World;
  readonly before: RequestState | null;
  readonly entry: World['log'][number];
};

const explanationsIn = (events: readonly RequestEvent[]): Explanation[] =>
  events.flatMap((event) => ('why' in event ? [event.why] : []));

/** What was decided, and why. */
function answer(events: readonly RequestEvent[]): unknown {
  return events.map((event) => {
    if (!('why' in event)) return event;
    const { rule, persons, facts } = event.why;
    return { ...event, why: { rule, persons, facts } };
  });
}

function again({ w, entry }: Case, state: RequestState | null, facts: FactSource): unknown {
  const decided = decide(state, entry.command, { now: entry.now, definition: w.definition, facts });
  return decided.ok ? answer(decided.events) : decided.refusal.code;
}

/** The same where that which bars a person is not so. */
function withoutBar(one: Case, { person, reason }: PersonReason): unknown {
  const facts = factSource(one.w.directory);
  if (reason === 'inactive' || reason === 'unknown-person') {
    const value = { active: true, manager: null };
    return again(one, one.before, {
      ...facts,
      person: (id) => (id === person ? { kind: 'person', key: id, value } : facts.person(id)),
    });
  }
  const { before } = one;
  if (before === null) return null;
  if (reason === 'excluded:editor') {
    const editors = before.revision.editors.filter((other) => other !== person);
    return again(one, { ...before, revision: { ...before.revision, editors } }, facts);
  }
  if (reason === 'excluded:different') {
    const part = (d: Decision): boolean => d.standing && [d.person, d.principal, ...d.chain].includes(person);
    // What bars them may have been decided by this very command.
    if (!before.decisions.some(part)) return null;
    const decisions = before.decisions.map((d) => (part(d) ? { ...d, standing: false } : d));
    return again(one, { ...before, decisions }, facts);
  }
  const state = { ...before, [reason.slice('excluded:'.length)]: 'somebody else' };
  return again(one, state, facts);
}

function always(name: string, runs: number, check: (one: Case) => void): void {
  it(name, { timeout: 60_000 * DEPTH }, () => {
    fc.assert(
      fc.property(journey, (j: Journey) => {
        const w = begin(j);
        const look = (from: number, before: RequestState | null): void => {
          let state = before;
          for (const entry of w.log.slice(from)) {
            check({ w, before: state, entry });
            for (const event of entry.events) state = evolve(state, event, entry.now);
          }
        };
        look(0, null);
        for (const move of j.moves) {
          const [length, before] = [w.log.length, now(w)];
          perform(w, move);
          look(length, before);
        }
      }),
      { numRuns: runs * DEPTH },
    );
  });
}

describe('taking away what is cited for a person or a voided decision changes the answer (N11)', () => {
  always('what bars a person', RUNS, (one) => {
    const given = answer(one.entry.events);
    const { type } = one.entry.command.data;
    if (type === 'create' || type === 'revise') return;
    for (const person of explanationsIn(one.entry.events).flatMap(({ persons }) => persons)) {
      if (!/^(inactive|unknown-person|excluded:)/.test(person.reason)) continue;
      const other = withoutBar(one, person);
      if (other !== null) expect(other, `${person.person} ${person.reason}`).not.toEqual(given);
    }
  });

  always(
    'a change that voided a decision: each of them is enough, and without them it stands',
    RUNS,
    (one) => {
      const { before, entry } = one;
      const { data } = entry.command;
      if (data.type !== 'revise' || before === null) return;
      const voidedBy = (fields: RequestState['revision']['fields'], decision: number): string | undefined => {
        const command = { ...entry.command, data: { ...data, content: { ...data.content, fields } } };
        const context = { now: entry.now, definition: one.w.definition, facts: factSource(one.w.directory) };
        const decided = decide(before, command, context);
        const found = (decided.ok ? decided.events : []).find(
          (e) => e.type === 'decision.voided' && e.decision === decision,
        );
        return found && 'why' in found ? found.why.rule : undefined;
      };
      for (const event of entry.events) {
        if (event.type !== 'decision.voided' || event.why.rule !== 'reviewed-part-changed') continue;
        const cited = Object.keys(event.why.inputs);
        const mixed = (isNew: (name: string) => boolean) => {
          const both = { ...before.revision.fields, ...data.content.fields };
          return Object.fromEntries(
            Object.keys(both).flatMap((name) => {
              const value = (isNew(name) ? data.content : before.revision).fields[name];
              return value === undefined ? [] : [[name, value]];
            }),
          );
        };
        expect(cited).not.toEqual([]);
        for (const name of cited)
          expect(
            voidedBy(
              mixed((other) => other === name),
              event.decision,
            ),
          ).toBe('reviewed-part-changed');
        expect(
          voidedBy(
            mixed((other) => !cited.includes(other)),
            event.decision,
          ),
        ).not.toBe(event.why.rule);
      }
    },
  );

  always('what excludes somebody, or makes them late, when they are refused', RUNS, (one) => {
    const { w, entry } = one;
    const after = entry.events.reduce<RequestState | null>((s, e) => evolve(s, e, entry.now), one.before);
    if (after === null) return;
    const place = after.assignments.find((a) => a.status === 'open');
    if (!place) return;
    for (const now of [entry.now, '2026-12-01T00:00:00.000Z'])
      for (const person of [place.person, ...NAMES]) {
        const of = { assignment: place.n, revisionDigest: after.revision.digest, reason: null } as const;
        const data = { type: 'decide', decision: 'approve', comment: null, onBehalfOf: null, ...of } as const;
        const command: Command = { id: 'cmd_1', actor: { kind: 'person', person }, data };
        const asked: Case = { w, before: after, entry: { command, now, events: [] } };
        const refused = decide(after, command, {
          ...{ now, definition: w.definition, facts: factSource(w.directory) },
        });
        if (refused.ok) continue;
        const { code, data: cited } = refused.refusal;
        if (code === 'deadline-passed')
          expect(again(asked, { ...after, expiresAt: null }, factSource(w.directory))).not.toBe(code);
        if (code !== 'excluded') continue;
        const bar = { person: String(cited['person']), reason: String(cited['reason']) };
        // Somebody may be excluded for two reasons; the one that is told is taken away.
        const other = withoutBar(asked, bar);
        const twice = [after.requester, after.submitter, after.beneficiary, ...after.revision.editors].filter(
          (who) => who === bar.person,
        );
        if (other !== null && twice.length < 2) expect(other).not.toBe('excluded');
      }
  });
});
