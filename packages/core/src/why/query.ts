import { bar } from '../authority/candidates.ts';
import type { Approve, Node } from '../definition/model.ts';
import { placedNodes } from '../definition/walk.ts';
import { decisionsOn, placesOf } from '../request/fold.ts';
import type { Assignment, Decision } from '../request/model.ts';
import { overrideOf } from '../request/overrides.ts';
import { lackingDocuments } from '../request/required.ts';
import type { Context } from '../request/result.ts';
import { openRungOf, rungOf } from '../request/rungs.ts';
import type { RequestState, StepState, StepStatus } from '../request/state.ts';
import { isReached } from '../request/step-state.ts';
import { awaitedFirst } from '../route/added.ts';
import { peopleOf } from '../route/people.ts';
import { begin, type Work } from '../route/work.ts';
import { insteadOf, type RungWhy, rungsOf } from './ladder.ts';
import type { Explanation } from './model.ts';

/** Why a step is as it is, and how each person concerned stands to it (N11). */
export type StepWhy = {
  readonly step: string;
  readonly kind: Node['kind'];
  /** Place in the definition, e.g. `route[1]`. */
  readonly path: string;
  readonly status: StepStatus | 'not_reached';
  readonly why: Explanation | null;
  readonly missing: readonly string[];
  readonly persons: readonly PersonWhy[];
  /** What would let it go on. */
  readonly waitsFor: string | null;
  /** The rows that are asked one after the other, lowest first; present where the step asks a chain. */
  readonly rungs?: readonly RungWhy[];
  /** Why others are asked than those whom the step names first: its fallback, or those to whom a vacancy climbed. */
  readonly instead?: readonly Explanation[];
};

export type PersonWhy = {
  readonly person: string;
  readonly standing:
    | 'assigned'
    | 'decided'
    | 'voided'
    | 'overrode'
    | 'excluded'
    | 'not_eligible'
    | 'vacant'
    | 'no_longer_required'
    | 'withdrawn'
    | 'reassigned';
  readonly reason: string;
  readonly via: Assignment['via'];
  readonly decision: Decision | null;
  /** The rung of a chain in which it is so. */
  readonly rung?: string;
};

/** Answers for one step or all, and for one person or all. Reads only; asks the same functions that decide. */
export function why(
  state: RequestState,
  context: Context,
  ask: { step?: string; person?: string } = {},
): StepWhy[] {
  const work = begin(state, context);
  return placedNodes(context.definition.definition.route)
    .map((placed) => placed.node)
    .filter((node) => ask.step === undefined || node.id === ask.step)
    .filter((node) => node.kind === 'approve' || state.steps[node.id] !== undefined)
    .map((node) => explainNode(work, node, ask.person));
}

/** As `why`, for one node of a request in the making. */
export function explainNode(work: Work, node: Node, person: string | undefined): StepWhy {
  const step = work.state.steps[node.id];
  const reached = isReached(step);
  const persons = node.kind === 'approve' ? personsOf(work, node, person) : [];
  const more = node.kind === 'approve' ? { ...rungsOf(work, node), ...insteadOf(work, node) } : {};
  return {
    step: node.id,
    kind: node.kind,
    path: work.context.definition.path(node.id),
    status: reached ? step.status : 'not_reached',
    why: reached ? step.why : null,
    missing: reached ? missingIn(work, node, step) : [],
    persons: person === undefined ? persons : persons.filter((p) => p.person === person),
    waitsFor: reached ? waitsFor(work, node, step.status) : null,
    ...more,
  };
}

/** What a step on hold waits for, or an open one before anybody may approve it. */
function missingIn(work: Work, node: Node, { status, missing }: StepState): readonly string[] {
  if (node.kind !== 'approve' || (status !== 'open' && status !== 'blocked')) return missing;
  return lackingDocuments(work.state, node).map((name) => `documents.${name}`);
}

function waitsFor(work: Work, node: Node, status: StepStatus): string | null {
  const step = work.state.steps[node.id];
  switch (status) {
    case 'open': {
      const open = placesOf(work, node.id)
        .filter((a) => a.status === 'open')
        .map((a) => a.person);
      const first = awaitedFirst(work, node.id).map(
        ({ person, as }) => `${as === 'adviser' ? 'advice' : 'a decision'} by ${person}`,
      );
      const lacking = node.kind === 'approve' ? lackingDocuments(work.state, node) : [];
      if (lacking.length > 0)
        return `${lacking.join(', ')} from ${work.state.requester}, by a revision, before anybody approves`;
      if (first.length > 0) return `${first.join(' and ')}, before anybody else approves`;
      return open.length === 0
        ? null
        : `a decision by ${open.slice(0, 10).join(', ')}${open.length > 10 ? ' …' : ''}`;
    }
    case 'blocked':
      return 'somebody eligible: reassign a place, restore authority in the directory, or revise the request';
    case 'held':
      return held(work, step?.missing ?? []);
    case 'waiting':
      return node.kind === 'check' ? `an answer from ${node.ask}` : null;
    case 'approved':
    case 'rejected':
    case 'skipped':
    case 'passed':
    case 'chosen':
      return null;
    default: {
      const never: never = status;
      return never;
    }
  }
}

function held({ state }: Work, missing: readonly string[]): string {
  const { rates } = state.revision;
  const wanted = `a value for ${missing.join(', ')}`;
  if (rates?.asOf && missing.some((path) => path.startsWith('rates.')))
    return `${wanted}: publish exchange rates of ${rates.source} for ${rates.asOf}, then revise the request`;
  return `${wanted}: revise the request or answer the check`;
}

function personsOf(work: Work, step: Approve, asked: string | undefined): PersonWhy[] {
  const answers = new Map<string, PersonWhy>();
  // Somebody may stand in several rungs of a chain, and differently in each.
  const key = (person: string, rung: string | undefined): string => JSON.stringify([rung, person]);
  const open = openRungOf(work.state.steps[step.id]);
  for (const a of placesOf(work, step.id)) answers.set(key(a.person, a.rung), fromAssignment(a));
  for (const d of decisionsOn(work, step.id)) {
    const standing = d.standing ? 'decided' : 'voided';
    const rung = rungOf(work.state, d);
    const via = answers.get(key(d.principal, rung))?.via ?? [];
    for (const person of new Set([d.person, d.principal])) {
      const before = answers.get(key(person, rung));
      // A voided decision does not hide that the person has been asked again since.
      if (!d.standing && before?.standing === 'assigned') continue;
      answers.set(key(person, rung), {
        person,
        standing,
        reason: `${d.decision} on revision ${d.revision}${carriedFrom(work, d)}`,
        via,
        decision: d,
        ...(rung === undefined ? {} : { rung }),
      });
    }
  }
  const override = overrideOf(work.state, step.id);
  if (override) {
    const { person, reason, revision } = override;
    const said = `override (${reason}) on revision ${revision}`;
    const overrode = { person, standing: 'overrode', reason: said, via: [], decision: null } as const;
    answers.set(key(person, open), overrode);
  }
  const people = peopleOf(work, step);
  for (const { person, reason } of people.barred) {
    const before = answers.get(key(person, open));
    if (before?.standing === 'decided' || before?.standing === 'overrode') continue;
    answers.set(key(person, open), {
      person,
      standing: reason.startsWith('excluded:') ? 'excluded' : 'not_eligible',
      reason,
      via: before?.via ?? [],
      decision: null,
    });
  }
  const all = [...answers.values()];
  if (asked !== undefined && !all.some(({ person }) => person === asked))
    all.push(outsider(work, step, asked, people.eligible));
  return all;
}

function carriedFrom(work: Work, { carried }: Decision): string {
  const source = carried === undefined ? undefined : work.state.decisions.find((d) => d.n === carried);
  return source ? `, carried from step ${source.step}` : '';
}

function outsider(
  work: Work,
  step: Approve,
  person: string,
  eligible: ReadonlyMap<string, Assignment['via']>,
): PersonWhy {
  const barred = bar(work.state, work.context, step, person);
  const via = eligible.get(person) ?? [];
  const reason =
    barred ??
    (eligible.has(person) ? 'eligible; the step has not asked yet' : 'not among those whom the step asks');
  const standing = barred?.startsWith('excluded:') ? 'excluded' : 'not_eligible';
  return {
    person,
    standing: barred === null && eligible.has(person) ? 'assigned' : standing,
    reason,
    via,
    decision: null,
  };
}

function fromAssignment(a: Assignment): PersonWhy {
  const standing = a.status === 'open' ? 'assigned' : a.status;
  const rung = a.rung === undefined ? {} : { rung: a.rung };
  return { person: a.person, standing, reason: a.status, via: a.via, decision: null, ...rung };
}
