import type { VerifiedEntry } from '@countersign/ledger';
import { type PlannedEvent, STEP_OF_ROLE } from './declarations.ts';
import { REOPENING_ROLE } from './setup.ts';

/** By case, how often each activity happened. */
export type Counts = Map<string, Map<string, number>>;

export function add(counts: Counts, name: string, activity: string): void {
  const one = counts.get(name) ?? new Map<string, number>();
  one.set(activity, (one.get(activity) ?? 0) + 1);
  counts.set(name, one);
}

export function countSource(events: readonly PlannedEvent[]): Counts {
  const counts: Counts = new Map();
  for (const { case: found, event } of events) add(counts, found.name, event.activity);
  return counts;
}

export const totals = (counts: Counts): Map<string, number> => {
  const all = new Map<string, number>();
  for (const one of counts.values())
    for (const [activity, n] of one) all.set(activity, (all.get(activity) ?? 0) + n);
  return all;
};

export type ExportCounts = {
  /** Shown every entry in order, as the verifier comes to it. */
  see(entry: VerifiedEntry): void;
  readonly counts: Counts;
  /** Reopenings before a new submission: the source has no event for them. */
  readonly ownReopenings: () => number;
  readonly requests: () => number;
};

const ROLE_OF_STEP = new Map<unknown, string>(
  Object.entries(STEP_OF_ROLE).map(([role, step]) => [step, role]),
);
const FINAL_STEP = STEP_OF_ROLE.SUPERVISOR;

/** Counts the source's activities in our own log, from its events alone. */
export function countExport(definition: string): ExportCounts {
  const counts: Counts = new Map();
  const caseOf = new Map<string, string>();
  const submitted = new Set<string>();
  const reopeners = new Set<unknown>();
  let ownReopenings = 0;

  const see = ({ leaf }: VerifiedEntry): void => {
    for (const event of leaf.events) {
      if (event.type === 'role.recorded' && event.role === REOPENING_ROLE) {
        for (const person of listOf(event.added)) reopeners.add(person);
        for (const person of listOf(event.removed)) reopeners.delete(person);
      }
      if (
        event.type === 'request.created' &&
        event.definition === definition &&
        typeof event.externalReference === 'string'
      )
        caseOf.set(leaf.stream, event.externalReference);
      const name = caseOf.get(leaf.stream);
      if (leaf.kind !== 'request' || name === undefined) continue;
      const activity = activityOf(leaf, event);
      if (activity !== null) add(counts, name, activity);
    }
  };

  const activityOf = (
    leaf: VerifiedEntry['leaf'],
    event: VerifiedEntry['leaf']['events'][number],
  ): string | null => {
    switch (event.type) {
      case 'request.created':
        return leaf.events.some(({ type }) => type === 'request.submitted')
          ? null
          : 'Declaration SAVED by EMPLOYEE';
      case 'request.submitted':
        submitted.add(leaf.stream);
        return 'Declaration SUBMITTED by EMPLOYEE';
      case 'request.revised':
        return submitted.has(leaf.stream) ? 'Declaration SUBMITTED by EMPLOYEE' : null;
      case 'request.cancelled':
        return 'Declaration REJECTED by EMPLOYEE';
      case 'request.reopened':
        if (reopeners.has(member(leaf.command.actor, 'person'))) return 'Declaration REJECTED by MISSING';
        ownReopenings++;
        return null;
      case 'decision.recorded':
        return decisionActivity(member(event.decision, 'step'), member(event.decision, 'decision'));
      case 'effect.started':
        return 'Request Payment';
      case 'effect.receipted':
        return 'Payment Handled';
      default:
        // Steps, assignments and what follows from them have no activity in the source.
        return null;
    }
  };
  return { see, counts, ownReopenings: () => ownReopenings, requests: () => caseOf.size };
}

function decisionActivity(step: unknown, decision: unknown): string {
  const role = ROLE_OF_STEP.get(step) ?? String(step);
  if (decision === 'return') return `Declaration REJECTED by ${role}`;
  if (decision === 'approve')
    return `Declaration ${step === FINAL_STEP ? 'FINAL_APPROVED' : 'APPROVED'} by ${role}`;
  return `Declaration ${String(decision)} by ${role}`;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
