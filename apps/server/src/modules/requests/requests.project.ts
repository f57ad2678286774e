import type { RequestState } from '@countersign/core';
import type { AssignmentRow, Projection, RequestRow, SliceWrites } from '../../db/commit-proposal.ts';
import { restrictionOf } from './requests.visibility.ts';

/** Rows that follow from a change of a request; only what differs is written. */
export function projectRequest(before: RequestState | null, after: RequestState): Projection {
  const request = requestRow(after);
  const changed = before === null || JSON.stringify(requestRow(before)) !== JSON.stringify(request);
  return {
    ...(changed ? { request } : {}),
    assignments: changedAssignments(before, after),
    timers: changedTimers(before, after),
    businessKeys: changedKeys(before, after),
    ...rare(before, after),
  };
}

function rare(before: RequestState | null, after: RequestState): { writes?: SliceWrites } {
  const writes = { ...restricted(before, after), ...linked(before, after) };
  return Object.keys(writes).length === 0 ? {} : { writes };
}

function restricted(before: RequestState | null, after: RequestState): SliceWrites {
  const was = before === null ? null : restrictionOf(before);
  const is = restrictionOf(after);
  if (JSON.stringify(was) === JSON.stringify(is)) return {};
  return { restricted: [is ?? { draft: false, confidential: false, participants: [] }] };
}

const linked = (before: RequestState | null, { links }: RequestState): SliceWrites =>
  before !== null || links === undefined
    ? {}
    : { request_link: links.map(({ kind, to }) => ({ kind, target: to })) };

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

export const OPEN_REQUEST = 'open-request';
export const openKey = (definition: string, reference: string): string => `${definition}\n${reference}`;

/** One open request for each definition and external reference (SEMANTICS 23): held from submission until it is closed. */
function changedKeys(
  before: RequestState | null,
  after: RequestState,
): { kind: string; key: string; release: boolean }[] {
  if (after.externalReference === null) return [];
  const wasOpen = before !== null && isOpenRequest(before);
  const isOpen = isOpenRequest(after);
  if (wasOpen === isOpen) return [];
  return [{ kind: OPEN_REQUEST, key: openKey(after.definition, after.externalReference), release: !isOpen }];
}

const isOpenRequest = (state: RequestState): boolean =>
  state.submittedAt !== null && state.status !== 'closed';
