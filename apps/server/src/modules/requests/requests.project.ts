import type { RequestState } from '@countersign/core';
import type { AssignmentRow, Projection, RequestRow } from '../../db/commit-proposal.ts';

/** Rows that follow from a change of a request; only what differs is written. */
export function projectRequest(before: RequestState | null, after: RequestState): Projection {
  const request = requestRow(after);
  const changed = before === null || JSON.stringify(requestRow(before)) !== JSON.stringify(request);
  return {
    ...(changed ? { request } : {}),
    assignments: changedAssignments(before, after),
    timers: changedTimers(before, after),
    businessKeys: changedKeys(before, after),
  };
}

const requestRow = (state: RequestState): RequestRow => ({
  definition: state.definition,
  definitionDigest: state.definitionDigest,
  status: state.status,
  outcome: state.outcome,
  requester: state.requester,
  submitter: state.submitter,
  externalReference: state.externalReference,
  dueAt: state.dueAt,
});

function changedAssignments(before: RequestState | null, after: RequestState): AssignmentRow[] {
  return after.assignments
    .filter((a, i) => before?.assignments[i]?.status !== a.status)
    .map((a) => ({
      n: a.n,
      step: a.step,
      person: a.person,
      status: a.status,
      group: a.via.find((v) => v.via === 'group')?.group ?? null,
      role: a.via.find((v) => v.via === 'role')?.role ?? null,
      dueAt: after.dueAt,
    }));
}

function changedTimers(
  before: RequestState | null,
  after: RequestState,
): { key: string; due: string | null }[] {
  const set = Object.entries(after.timers)
    .filter(([key, due]) => before?.timers[key] !== due)
    .map(([key, due]) => ({ key, due }));
  const gone = Object.keys(before?.timers ?? {}).filter((key) => after.timers[key] === undefined);
  return [...set, ...gone.map((key) => ({ key, due: null }))];
}

/** One open request for each definition and external reference (SEMANTICS 23): the key is held while it is open. */
function changedKeys(
  before: RequestState | null,
  after: RequestState,
): { kind: string; key: string; release: boolean }[] {
  if (after.externalReference === null) return [];
  const wasOpen = before !== null && before.status !== 'closed';
  const isOpen = after.status !== 'closed';
  if (wasOpen === isOpen) return [];
  return [{ kind: 'open-request', key: `${after.definition}\n${after.externalReference}`, release: !isOpen }];
}
