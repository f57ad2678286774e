import { z } from 'zod';
import { digests, ids, times } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import * as directory from '../schemas/directory.ts';
import { Document, DocumentVersion, DocumentVersionParams, UploadHeaders } from '../schemas/documents.ts';
import { CommandId, DocumentId, Slug, UserId } from '../schemas/values.ts';

const documentVersion = {
  version: 1,
  sha256: digests.pdf,
  bytes: 48213,
  mediaType: 'application/pdf',
  type: 'pdf',
  name: 'order.pdf',
  uploadedBy: { kind: 'service', service: ids.erp },
  uploadedAt: times.filed,
};
const document = { id: ids.document, versions: [documentVersion] };
const upload = {
  tag: 'Documents',
  scope: 'documents:write',
  actFor: 'optional',
  headers: UploadHeaders,
  body: { kind: 'stream', mediaType: 'application/octet-stream' },
  problems: [
    'upload-mismatch',
    'upload-type-refused',
    'unsupported-media-type',
    'request-timeout',
    'validation-failed',
  ],
  stream: 'document',
} as const;
const documents = {
  tag: 'Documents',
  scope: 'documents:read',
  actFor: 'none',
  method: 'GET',
  problems: ['erased'],
} as const;

const person = {
  id: ids.maria,
  userName: 'maria.lopez',
  name: 'Maria López',
  email: 'maria.lopez@example.com',
  active: true,
  manager: ids.omar,
  groups: ['workshop'],
  roles: [],
  erased: false,
  revision: 9,
};
const group = { key: 'workshop', members: [ids.maria], revision: 9 };
const role = { key: 'finance-lead', holders: [ids.omar], revision: 9 };
const reading = {
  tag: 'Directory',
  scope: 'directory:read',
  actFor: 'none',
  method: 'GET',
  problems: [],
} as const;
const certificate = {
  id: ids.command,
  subject: ids.maria,
  reason: 'Request of the data subject, ticket 1182',
  erasedAt: times.decided,
  items: [{ sealed: ids.item, commitment: digests.sibling }],
  seq: 57,
  leaf: digests.leaf,
};

export const recordRoutes = {
  uploadDocument: change({
    ...upload,
    id: 'uploadDocument',
    path: '/v1/documents',
    summary: 'Upload a document',
    description: 'The body is the bytes, streamed. Its type is found in the content.',
    answers: { 201: json('Stored.', Document, document) },
  }),
  uploadDocumentVersion: change({
    ...upload,
    id: 'uploadDocumentVersion',
    path: '/v1/documents/{document}/versions',
    summary: 'Upload a new version of a document',
    params: z.strictObject({ document: DocumentId }),
    answers: {
      201: json('Stored.', Document, {
        ...document,
        versions: [documentVersion, { ...documentVersion, version: 2 }],
      }),
    },
  }),
  getDocument: read({
    ...documents,
    id: 'getDocument',
    path: '/v1/documents/{document}',
    summary: 'Read a document with its versions',
    params: z.strictObject({ document: DocumentId }),
    answers: { 200: json('The document.', Document, document) },
  }),
  getDocumentVersion: read({
    ...documents,
    id: 'getDocumentVersion',
    path: '/v1/documents/{document}/versions/{version}',
    summary: 'Read a version of a document',
    params: DocumentVersionParams,
    answers: { 200: json('The version.', DocumentVersion, documentVersion) },
  }),
  downloadDocumentVersion: read({
    ...documents,
    id: 'downloadDocumentVersion',
    path: '/v1/documents/{document}/versions/{version}/content',
    summary: 'Download the original bytes',
    description: 'Bit for bit as uploaded, always as an attachment, with Content-Digest.',
    params: DocumentVersionParams,
    answers: {
      200: {
        kind: 'stream',
        description: 'The bytes, as the type that was found in them.',
        mediaType: '*/*',
      },
    },
  }),
  changeDirectory: change({
    id: 'changeDirectory',
    path: '/v1/directory/changes',
    summary: 'Change people, groups and roles',
    description:
      'At most 1000 changes in order; all happen or none. From the acknowledgement on, no decision commits under authority that they took away.',
    tag: 'Directory',
    scope: 'directory:write',
    actFor: 'optional',
    body: body(directory.DirectoryChanges, {
      example: {
        changes: [
          {
            change: 'person',
            userName: 'omar.haddad',
            name: 'Omar Haddad',
            email: 'omar.haddad@example.com',
            manager: null,
          },
          {
            change: 'person',
            userName: 'maria.lopez',
            name: 'Maria López',
            email: 'maria.lopez@example.com',
            manager: 'omar.haddad',
          },
          { change: 'group', group: 'workshop', op: 'add', persons: ['maria.lopez'] },
          { change: 'role', role: 'finance-lead', op: 'set', persons: ['omar.haddad'] },
        ],
      },
    }),
    answers: {
      200: json('Done.', directory.DirectoryAnswer, {
        revision: 9,
        people: [
          { id: ids.omar, userName: 'omar.haddad' },
          { id: ids.maria, userName: 'maria.lopez' },
        ],
      }),
    },
    problems: ['unknown-person', 'user-name-taken', 'management-cycle', 'erased'],
    stream: 'directory',
  }),
  listPeople: read({
    ...reading,
    id: 'listPeople',
    path: '/v1/people',
    summary: 'List people',
    query: directory.PersonFilters,
    answers: { 200: json('A page.', directory.PersonPage, { items: [person], nextCursor: null }) },
  }),
  getPerson: read({
    ...reading,
    id: 'getPerson',
    path: '/v1/people/{person}',
    summary: 'Read a person',
    params: z.strictObject({ person: UserId }),
    query: directory.AsOf,
    answers: { 200: json('The person.', directory.Person, person) },
  }),
  listGroups: read({
    ...reading,
    id: 'listGroups',
    path: '/v1/groups',
    summary: 'List groups',
    query: directory.DirectoryFilters,
    answers: { 200: json('A page.', directory.GroupPage, { items: [group], nextCursor: null }) },
  }),
  getGroup: read({
    ...reading,
    id: 'getGroup',
    path: '/v1/groups/{key}',
    summary: 'Read a group',
    params: z.strictObject({ key: Slug }),
    query: directory.AsOf,
    answers: { 200: json('The group.', directory.Group, group) },
  }),
  listRoles: read({
    ...reading,
    id: 'listRoles',
    path: '/v1/roles',
    summary: 'List roles',
    query: directory.DirectoryFilters,
    answers: { 200: json('A page.', directory.RolePage, { items: [role], nextCursor: null }) },
  }),
  getRole: read({
    ...reading,
    id: 'getRole',
    path: '/v1/roles/{key}',
    summary: 'Read a role',
    params: z.strictObject({ key: Slug }),
    query: directory.AsOf,
    answers: { 200: json('The role.', directory.Role, role) },
  }),
  createErasure: change({
    id: 'createErasure',
    path: '/v1/erasures',
    summary: 'Erase personal data',
    description:
      'Destroys the keys of all sealed values of the subject. It cannot be undone; entries and proofs remain valid.',
    tag: 'Erasures',
    scope: 'erasures:write',
    actFor: 'optional',
    body: body(directory.ErasureInput, {
      example: { subject: ids.maria, reason: 'Request of the data subject, ticket 1182' },
    }),
    answers: { 201: json('Erased.', directory.ErasureCertificate, certificate) },
    problems: ['unknown-person', 'not-found', 'erased', 'forbidden-definition'],
    stream: 'environment',
  }),
  getErasure: read({
    id: 'getErasure',
    method: 'GET',
    path: '/v1/erasures/{erasure}',
    summary: 'Read an erasure certificate',
    tag: 'Erasures',
    scope: 'erasures:read',
    actFor: 'none',
    params: z.strictObject({ erasure: CommandId }),
    answers: { 200: json('The certificate.', directory.ErasureCertificate, certificate) },
    problems: ['forbidden-definition'],
  }),
} as const;
