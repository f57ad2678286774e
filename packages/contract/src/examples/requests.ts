import { digests, ids, times } from './ids.ts';

const fields = {
  amount: { amount: '18400.00', currency: 'EUR' },
  costCentre: 'CC-204',
  supplier: 'Northwind Tools',
};

export const input = {
  definition: 'purchase-order',
  requester: 'maria.lopez',
  externalReference: 'PO-2026-0117',
  fields,
  documents: { order: [{ document: ids.document, version: 1 }] },
};

export const canonicalPayload = {
  document_id: 'PO-2026-0117',
  document_type: 'purchase_order',
  initiator: { user_id: 'maria.lopez', email: 'maria.lopez@example.com' },
  metadata: { amount: 18400, currency: 'EUR', costCentre: 'CC-204', supplier: 'Northwind Tools' },
};

const common = {
  id: ids.request,
  definition: {
    name: 'purchase-order',
    title: { en: 'Purchase order', de: 'Bestellung' },
    version: 3,
    digest: digests.definition,
  },
  status: 'in_review',
  outcome: null,
  validUntil: null,
  overridden: false,
  fulfilment: 'none',
  requester: ids.maria,
  submitter: ids.erp,
  beneficiary: ids.maria,
  externalReference: 'PO-2026-0117',
  number: 'PO-2026-117',
  retain: null,
  confidential: false,
  createdAt: times.filed,
  submittedAt: times.filed,
  updatedAt: times.filed,
  closedAt: null,
  dueAt: times.due,
  expiresAt: times.expires,
  statusVersion: 1,
  version: 1,
};

const via = [{ via: 'matrix', matrix: 'spend', row: 'row-2', digest: digests.matrix }];
export const assignment = {
  id: ids.assignment,
  request: ids.request,
  step: 'finance',
  person: ids.omar,
  via,
  status: 'open',
};

export const decision = {
  id: ids.decision,
  assignment: ids.assignment,
  step: 'finance',
  person: ids.omar,
  onBehalfOf: null,
  delegations: [],
  decision: 'approve',
  revision: 1,
  revisionDigest: digests.revision,
  reason: 'Within the budget of the quarter',
  reasonCode: null,
  bulk: null,
  at: times.decided,
  standing: true,
  conditions: 'Two offers before the order is placed',
  validUntil: '2026-06-30T22:00:00.000Z',
  ratified: null,
  carriedFrom: null,
};

const override = {
  id: ids.override,
  step: 'finance',
  person: ids.ines,
  reason: 'supplier-outage',
  revision: 1,
  revisionDigest: digests.revision,
  at: times.decided,
  standing: true,
  review: null,
};

export const summary = { ...common, revision: { number: 1, digest: digests.revision } };

export const approved = {
  ...summary,
  status: 'closed',
  outcome: 'approved',
  updatedAt: times.decided,
  closedAt: times.decided,
  statusVersion: 2,
  version: 2,
};

export const approvalRequest = {
  ...common,
  revision: {
    number: 1,
    digest: digests.revision,
    predecessor: null,
    fields,
    documents: { order: [{ document: ids.document, version: 1, sha256: digests.pdf }] },
    editors: [],
  },
  steps: [
    {
      id: 'finance',
      title: null,
      status: 'open',
      opening: 1,
      openedAt: times.filed,
      roster: null,
      required: 1,
      branch: null,
      check: null,
      missing: [],
    },
  ],
  assignments: [assignment],
  decisions: [],
  additions: [],
  observers: [],
  overrides: [],
  hold: null,
  returnedBy: null,
  effects: {},
};

export const added = {
  ...approvalRequest,
  additions: [
    {
      id: ids.addition,
      step: 'finance',
      person: ids.ines,
      by: ids.omar,
      as: 'approver',
      order: 'before',
      at: times.decided,
      status: 'asked',
    },
  ],
};

export const overridden = {
  ...approvalRequest,
  ...approved,
  overridden: true,
  revision: approvalRequest.revision,
  overrides: [override],
};

const explanation = {
  rule: 'matrix-row',
  clause: 'route[0].by',
  inputs: { 'fields.amount': { amount: '18400.00', currency: 'EUR' } },
  facts: ['matrix:spend#row-2', 'role:finance-lead'],
  persons: [{ person: ids.maria, reason: 'excluded:requester' }],
};

export const why = {
  request: ids.request,
  step: 'finance',
  person: null,
  answers: [
    {
      step: 'finance',
      person: null,
      verdict: 'open',
      why: explanation,
      waitsFor: 'a decision by usr_…',
    },
  ],
};

export const preview = {
  definition: { name: 'purchase-order', version: 3, digest: digests.definition },
  passes: false,
  missing: [],
  form: { hidden: [], unknown: [], computed: {} },
  steps: [
    {
      step: 'finance',
      kind: 'approve',
      path: 'route[0]',
      status: 'open',
      atOnce: true,
      required: 1,
      asked: [{ person: ids.omar, via }],
      notAsked: [{ person: ids.maria, reason: 'excluded:requester' }],
      missing: [],
      reason: null,
      why: explanation,
      waitsFor: 'a decision by usr_…',
    },
  ],
};

export const envelope = {
  seq: 42,
  index: 1,
  environment: ids.environment,
  kind: 'request',
  stream: ids.request,
  version: 2,
  at: times.decided,
  actor: { kind: 'person', person: ids.omar, via: ids.erp },
  command: { id: ids.command, type: 'decide' },
  correlationId: 'po-2026-0117',
  event: { type: 'request.approved' },
};

export const effect = {
  request: ids.request,
  effect: 'payment',
  state: 'done',
  reference: 'PAY-88121',
  statusVersion: 2,
  recordedBy: { kind: 'service', service: ids.erp },
  recordedAt: times.decided,
};
