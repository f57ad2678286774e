import { z } from 'zod';
import { digests, ids, times } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import * as schema from '../schemas/definitions.ts';
import { Slug } from '../schemas/values.ts';

const source = [
  'definition: purchase-order',
  'title: { en: Purchase order }',
  'fields:',
  '  amount: { type: money, required: true }',
  'route:',
  '  - approve: finance',
  '    by: { matrix: spend, amount: =amount }',
  '',
].join('\n');
const published = {
  version: 3,
  digest: digests.definition,
  publishedAt: times.published,
  publishedBy: { kind: 'service', service: ids.erp },
  seq: 17,
};
const references = { people: [], groups: [], roles: [], matrices: ['spend'] };
const summary = { name: 'purchase-order', title: { en: 'Purchase order' }, ...published, parts: [] };
const version = {
  ...summary,
  source,
  format: 'yaml',
  canonical: { definition: 'purchase-order', title: { en: 'Purchase order' } },
  references,
};

const amount = {
  name: 'amount',
  type: 'money',
  label: { en: 'Amount', de: 'Betrag' },
  required: true,
  personal: false,
  compute: null,
  options: null,
  currency: 'EUR',
  to: null,
  max: null,
};
const form = {
  definition: { name: 'purchase-order', version: 3, digest: digests.definition },
  title: { en: 'Purchase order' },
  sections: [{ name: null, title: null, fields: [{ ...amount, visible: null, items: null, columns: null }] }],
  documents: [{ name: 'order', required: true, many: false, accept: ['pdf'] }],
};

const matrixSource = [
  'matrix: spend',
  'currency: EUR',
  'columns: []',
  'rows:',
  '  - { upTo: 5000, approver: { role: team-lead } }',
  '  - { upTo: 50000, approver: { role: finance-lead } }',
  '  - { upTo: no limit, approver: { role: cfo } }',
  '',
].join('\n');
const matrixPublished = { ...published, digest: digests.matrix, seq: 12 };
const matrixSummary = {
  ...{ name: 'spend', effectiveFrom: times.published, currency: 'EUR' },
  ...matrixPublished,
  proposedBy: null,
};
const matrixContent = {
  columns: [],
  ask: 'first',
  climb: false,
  fallback: null,
  approvedBy: { group: 'controlling' },
  rows: [
    { id: 'row-1', cells: [], upTo: '5000', approver: { role: 'team-lead' } },
    { id: 'row-2', cells: [], upTo: '50000', approver: { role: 'finance-lead' } },
    { id: 'row-3', cells: [], upTo: null, approver: { role: 'cfo' } },
  ],
};
const matrixVersion = { ...matrixSummary, ...matrixContent };
const matrixProposal = {
  ...{ name: 'spend', effectiveFrom: times.published, currency: 'EUR', ...matrixContent },
  ...{ digest: digests.matrix, proposedAt: times.published, seq: 13 },
  proposedBy: { kind: 'person', person: ids.omar, via: ids.erp },
  approvers: { group: 'controlling' },
};

const named = z.strictObject({ name: Slug });
const versioned = z.strictObject({ name: Slug, version: schema.VersionRef });
const definitions = { tag: 'Definitions', actFor: 'none', scope: 'definitions:read' } as const;
const matrices = { tag: 'Matrices', actFor: 'none', scope: 'matrices:read' } as const;

export const definitionRoutes = {
  checkDefinition: read({
    ...definitions,
    id: 'checkDefinition',
    method: 'POST',
    path: '/v1/definitions/check',
    summary: 'Check a definition without publishing it',
    body: body(schema.DefinitionSource, { example: { format: 'yaml', source } }),
    answers: {
      200: json('The findings.', schema.DefinitionCheck, {
        ok: true,
        errors: [],
        warnings: [],
        digest: digests.definition,
        references,
        parts: [],
      }),
    },
    problems: [],
  }),
  publishDefinition: change({
    id: 'publishDefinition',
    path: '/v1/definitions',
    summary: 'Publish a definition',
    description:
      'Makes a new immutable version. Open requests keep the version that they pinned. Content that is the newest version already is answered with 200 and leaves no entry.',
    tag: 'Definitions',
    scope: 'definitions:write',
    actFor: 'optional',
    body: body(schema.DefinitionSource, { example: { format: 'yaml', source } }),
    answers: {
      200: json('This content is the newest version already.', schema.DefinitionVersion, version),
      201: json('Published.', schema.DefinitionVersion, version),
    },
    problems: [
      'definition-invalid',
      'definition-unsatisfiable',
      'not-yet',
      'forbidden-definition',
      'unknown-person',
      'unknown-group',
      'unknown-role',
      'unknown-matrix',
    ],
    stream: 'definition',
  }),
  listDefinitions: read({
    ...definitions,
    id: 'listDefinitions',
    method: 'GET',
    path: '/v1/definitions',
    summary: 'List definitions',
    query: schema.NameFilters,
    answers: { 200: json('A page.', schema.DefinitionPage, { items: [summary], nextCursor: null }) },
    problems: [],
  }),
  getDefinition: read({
    ...definitions,
    id: 'getDefinition',
    method: 'GET',
    path: '/v1/definitions/{name}',
    summary: 'Read the newest version of a definition',
    params: named,
    answers: { 200: json('The definition.', schema.Definition, { ...version, versions: [published] }) },
    problems: [],
  }),
  getDefinitionVersion: read({
    ...definitions,
    id: 'getDefinitionVersion',
    method: 'GET',
    path: '/v1/definitions/{name}/versions/{version}',
    summary: 'Read a version of a definition by number or digest',
    params: versioned,
    answers: { 200: json('The version.', schema.DefinitionVersion, version) },
    problems: [],
  }),
  getForm: read({
    ...definitions,
    id: 'getForm',
    method: 'GET',
    path: '/v1/definitions/{name}/form',
    summary: 'Read the form of a definition',
    params: named,
    answers: { 200: json('The form of the newest version.', schema.Form, form) },
    problems: [],
  }),
  getVersionForm: read({
    ...definitions,
    id: 'getVersionForm',
    method: 'GET',
    path: '/v1/definitions/{name}/versions/{version}/form',
    summary: 'Read the form of a version of a definition',
    params: versioned,
    answers: { 200: json('The form.', schema.Form, form) },
    problems: [],
  }),
  publishMatrix: change({
    id: 'publishMatrix',
    path: '/v1/matrices',
    summary: 'Publish an authority matrix',
    description:
      'Makes a new immutable version, in force from `effectiveFrom`. Where the version in force names its approvers, and everywhere but in a sandbox, a change waits until somebody else has approved it; a newer one takes its place. Content that is the newest version, or waits, already leaves no entry.',
    tag: 'Matrices',
    scope: 'matrices:write',
    actFor: 'optional',
    body: body(schema.MatrixSource, { example: { format: 'yaml', source: matrixSource } }),
    answers: {
      200: json('This content is the newest version already.', schema.MatrixVersion, matrixVersion),
      201: json('Published.', schema.MatrixVersion, matrixVersion),
      202: json('It waits for its approval.', schema.MatrixProposed, {
        name: 'spend',
        digest: digests.matrix,
        waits: matrixProposal,
      }),
    },
    problems: ['matrix-invalid', 'unknown-person', 'unknown-group', 'unknown-role'],
    stream: 'matrix',
  }),
  approveMatrix: change({
    id: 'approveMatrix',
    path: '/v1/matrices/{name}/approve',
    summary: 'Approve a change of an authority matrix',
    description:
      'By a person whom `approvedBy` of the version in force names, and never by whoever proposed it. In force from its date, or from now where that is past.',
    tag: 'Matrices',
    scope: 'matrices:approve',
    actFor: 'required',
    params: named,
    body: body(schema.MatrixDecision, { example: { digest: digests.matrix } }),
    answers: { 201: json('Published.', schema.MatrixVersion, matrixVersion) },
    problems: ['own-proposal', 'not-eligible', 'proposal-changed'],
    stream: 'matrix',
  }),
  rejectMatrix: change({
    id: 'rejectMatrix',
    path: '/v1/matrices/{name}/reject',
    summary: 'Reject a change of an authority matrix',
    description: 'By whoever may approve it; whoever proposed it takes it back by this, too.',
    tag: 'Matrices',
    scope: 'matrices:approve',
    actFor: 'optional',
    params: named,
    body: body(schema.MatrixRejection, {
      example: { digest: digests.matrix, reason: 'Too much for a lead.' },
    }),
    answers: {
      200: json('Rejected.', schema.MatrixRejected, {
        name: 'spend',
        digest: digests.matrix,
        reason: 'Too much for a lead.',
      }),
    },
    problems: ['person-required', 'not-eligible', 'proposal-changed'],
    stream: 'matrix',
  }),
  checkMatrix: read({
    ...matrices,
    id: 'checkMatrix',
    method: 'POST',
    path: '/v1/matrices/check',
    summary: 'Check an authority matrix without publishing it',
    body: body(schema.MatrixSource, { example: { format: 'yaml', source: matrixSource } }),
    answers: {
      200: json('The findings.', schema.MatrixCheck, {
        ok: true,
        digest: digests.matrix,
        errors: [],
        warnings: [],
      }),
    },
    problems: [],
  }),
  listMatrixProposals: read({
    ...matrices,
    id: 'listMatrixProposals',
    method: 'GET',
    path: '/v1/matrix-proposals',
    summary: 'List changes of authority matrices that wait for their approval',
    answers: { 200: json('All of them.', schema.MatrixProposals, { items: [matrixProposal] }) },
    problems: [],
  }),
  listMatrices: read({
    ...matrices,
    id: 'listMatrices',
    method: 'GET',
    path: '/v1/matrices',
    summary: 'List authority matrices',
    query: schema.NameFilters,
    answers: { 200: json('A page.', schema.MatrixPage, { items: [matrixSummary], nextCursor: null }) },
    problems: [],
  }),
  getMatrix: read({
    ...matrices,
    id: 'getMatrix',
    method: 'GET',
    path: '/v1/matrices/{name}',
    summary: 'Read the newest version of an authority matrix',
    params: named,
    answers: {
      200: json('The matrix.', schema.Matrix, {
        ...matrixVersion,
        versions: [{ ...matrixPublished, effectiveFrom: times.published, proposedBy: null }],
      }),
    },
    problems: [],
  }),
  getMatrixVersion: read({
    ...matrices,
    id: 'getMatrixVersion',
    method: 'GET',
    path: '/v1/matrices/{name}/versions/{version}',
    summary: 'Read a version of an authority matrix by number or digest',
    params: versioned,
    answers: { 200: json('The version.', schema.MatrixVersion, matrixVersion) },
    problems: [],
  }),
} as const;
