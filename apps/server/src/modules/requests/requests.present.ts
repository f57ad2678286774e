import type { AnswerOf } from '@countersign/contract';
import {
  type Assignment,
  type Decision,
  isOverridden,
  type Override,
  type RequestState,
  type RevisionRates,
  type RungWhy,
  termsOf,
} from '@countersign/core';
import type { PublishedDefinition } from '../definitions/index.ts';
import { numberOf } from './requests.number.ts';

/** A request as it is served: its state, with what the log and the definition know of it. */
export type Presentable = {
  readonly state: RequestState;
  /** Number of commands on it so far. */
  readonly version: number;
  readonly definition: PublishedDefinition;
  /** Where the entry that filed it stands in the log; null: it is not there yet. */
  readonly createdSeq: number | null;
};

type ApprovalRequest = AnswerOf<'getApprovalRequest'>[200];
type Summary = AnswerOf<'listApprovalRequests'>[200]['items'][number];

const uuid = (request: string): string => request.slice('req_'.length);
export const assignmentId = (request: string, n: number): string => `asg_${uuid(request)}_${n}`;
export const decisionId = (request: string, n: number): string => `dec_${uuid(request)}_${n}`;

/** `asg_<uuid>_<n>` names its request, so that no index is needed to find it; so do overrides. */
export function splitId(id: string): { request: string; n: number } {
  const [, request = '', n = '0'] = id.split('_');
  return { request: `req_${request}`, n: Number(n) };
}

export const etag = ({ state, version }: Presentable): string => `"${version}-${state.revision.digest}"`;

export function summarize({ state, version, definition, createdSeq }: Presentable): Summary {
  return {
    id: state.request,
    definition: {
      name: state.definition,
      title: { ...definition.compiled.definition.title },
      version: definition.version,
      digest: state.definitionDigest,
    },
    status: state.status,
    outcome: state.outcome,
    validUntil: termsOf(state).validUntil,
    overridden: isOverridden(state),
    fulfilment: 'none',
    requester: state.requester,
    submitter: state.submitter,
    beneficiary: state.beneficiary,
    externalReference: state.externalReference,
    number: numberOf(state, createdSeq),
    retain: state.retain ?? null,
    confidential: state.confidential === true,
    createdAt: state.createdAt,
    submittedAt: state.submittedAt,
    updatedAt: state.updatedAt,
    closedAt: state.status === 'closed' ? state.closedAt : null,
    dueAt: state.dueAt,
    expiresAt: state.expiresAt,
    statusVersion: state.statusVersion,
    version,
    revision: { number: state.revision.number, digest: state.revision.digest },
  };
}

/** `fields` are those of the revision with personal ones opened, or left sealed where the reader may not see them. */
export function present(
  request: Presentable,
  fields: ApprovalRequest['revision']['fields'],
): ApprovalRequest {
  const { state } = request;
  const { number, digest, predecessor, documents, editors, rates } = state.revision;
  return {
    ...summarize(request),
    revision: {
      ...{ number, digest, predecessor, fields, documents: mutable(documents), editors: [...editors] },
      ...(rates === undefined ? {} : { rates: presentRates(rates) }),
    },
    steps: Object.entries(state.steps)
      .filter(([, step]) => step.openedAt !== null || step.status !== 'waiting')
      .map(([id, step]) => ({
        id,
        title: stepTitle(request.definition, id),
        status: step.status,
        opening: step.opening,
        openedAt: step.openedAt,
        roster: step.roster,
        required: step.required,
        branch: step.branch,
        check: step.check,
        missing: [...step.missing],
        ...(step.rungs === undefined ? {} : { rungs: step.rungs.map((one) => ({ ...one })) }),
      })),
    assignments: state.assignments.map((a) => presentAssignment(state.request, a)),
    decisions: state.decisions.map((d) => presentDecision(state.request, d)),
    additions: (state.additions ?? []).map(({ n, ...one }) => ({
      id: `add_${uuid(state.request)}_${n}`,
      ...one,
    })),
    observers: (state.observers ?? []).map((one) => ({ ...one })),
    overrides: (state.overrides ?? []).map((one) => presentOverride(state.request, one)),
    hold: 'hold' in state ? (state.hold?.reason ?? null) : null,
    returnedBy: returnedBy(state),
    effects: { ...state.effects },
  };
}

/** In every language that the definition has it in; null: a step is called by its id. */
export function stepTitle(
  { compiled }: PublishedDefinition,
  id: string,
): { [language: string]: string } | null {
  const step = compiled.step(id);
  return step?.kind === 'approve' && step.title !== undefined ? { ...step.title } : null;
}

function presentRates({ table, missing, ...rates }: RevisionRates) {
  return {
    ...rates,
    table: table && { ...table, rates: { ...table.rates } },
    ...(missing === undefined ? {} : { missing: [...missing] }),
  };
}

function returnedBy(state: RequestState): string | null {
  if (state.status !== 'returned') return null;
  return (
    state.decisions.findLast((d) => d.decision === 'return' && d.revision === state.revision.number)
      ?.person ?? null
  );
}

export const presentVia = (via: Assignment['via']): ApprovalRequest['assignments'][number]['via'] =>
  via.map((one) => (one.via === 'climb' ? { ...one, over: [...one.over] } : one));

export const presentAssignment = (
  request: string,
  a: Assignment,
): ApprovalRequest['assignments'][number] => ({
  id: assignmentId(request, a.n),
  request,
  step: a.step,
  person: a.person,
  via: presentVia(a.via),
  status: a.status,
  ...(a.rung === undefined ? {} : { rung: a.rung }),
});

export const presentRungs = (
  rungs: readonly RungWhy[],
): NonNullable<AnswerOf<'explainApprovalRequest'>[200]['answers'][number]['rungs']> =>
  rungs.map((one) => ({ ...one, persons: [...one.persons] }));

export const presentDecision = (request: string, d: Decision): ApprovalRequest['decisions'][number] => ({
  id: decisionId(request, d.n),
  assignment: assignmentId(request, d.assignment),
  step: d.step,
  person: d.person,
  onBehalfOf: d.principal === d.person ? null : d.principal,
  delegations: [...d.delegations],
  decision: d.decision,
  revision: d.revision,
  revisionDigest: d.revisionDigest,
  reason: d.reason ?? null,
  reasonCode: d.reasonCode ?? null,
  bulk: d.bulk ?? null,
  at: d.at,
  standing: d.standing,
  conditions: d.conditions === undefined ? null : { ...d.conditions },
  validUntil: d.validUntil ?? null,
  ratified: d.ratified ? { ...d.ratified } : null,
  carriedFrom: d.carried === undefined ? null : decisionId(request, d.carried),
});

const presentOverride = (
  request: string,
  { n, step, person, reason, revision, revisionDigest, at, standing, review }: Override,
): ApprovalRequest['overrides'][number] => ({
  id: `ovr_${uuid(request)}_${n}`,
  step,
  person,
  reason,
  revision,
  revisionDigest,
  at,
  standing,
  review: review ? { ...review } : null,
});

type Documents = ApprovalRequest['revision']['documents'];

const mutable = (documents: RequestState['revision']['documents']): Documents =>
  Object.fromEntries(
    Object.entries(documents).map(([slot, refs]) => [slot, refs.map((ref) => ({ ...ref }))]),
  );
