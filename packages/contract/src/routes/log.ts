import { z } from 'zod';
import { digests } from '../examples/ids.ts';
import { envelope } from '../examples/requests.ts';
import { json, read } from '../route.ts';
import * as schema from '../schemas/audit.ts';
import { after } from '../schemas/pages.ts';

const entry = { seq: 42, leaf: 'eyJ2IjoxfQ==', hash: digests.leaf };
const checkpoint = {
  origin: 'countersign.example.com/log/1',
  size: 64,
  root: digests.root,
  note: 'countersign.example.com/log/1\n64\nQ1WkaxnTSNwvV8BG+O9j1FOOu5NgAPPJ7pVKJ0YN2GU=\n\n— countersign.example.com/log/1 AAAAAA==\n',
  verifierKey: 'countersign.example.com/log/1+00000000+AQ==',
};
const audit = { tag: 'Audit', scope: 'audit:read', actFor: 'none', method: 'GET' } as const;

export const logRoutes = {
  listEvents: read({
    id: 'listEvents',
    method: 'GET',
    path: '/v1/events',
    summary: 'Read events by seq',
    description:
      'Complete and in commit order: synchronise from here. Events of one entry stand on one page, so a page may exceed `limit`.',
    tag: 'Events',
    scope: 'events:read',
    actFor: 'none',
    query: schema.LogFilters,
    answers: { 200: json('A page.', schema.EventLogPage, { items: [envelope], nextAfter: 42, head: 64 }) },
    problems: [],
  }),
  listAuditEntries: read({
    ...audit,
    id: 'listAuditEntries',
    path: '/v1/audit/entries',
    summary: 'Read audit entries by seq',
    query: schema.LogFilters,
    answers: { 200: json('A page.', schema.AuditEntryPage, { items: [entry], nextAfter: 42, head: 64 }) },
    problems: [],
  }),
  getAuditEntry: read({
    ...audit,
    id: 'getAuditEntry',
    path: '/v1/audit/entries/{seq}',
    summary: 'Read an audit entry',
    params: schema.SeqParams,
    answers: { 200: json('The entry.', schema.AuditEntry, entry) },
    problems: [],
  }),
  getInclusionProof: read({
    ...audit,
    id: 'getInclusionProof',
    path: '/v1/audit/entries/{seq}/proof',
    summary: 'Prove that an entry stands in the log',
    params: schema.SeqParams,
    query: schema.ProofQuery,
    answers: {
      200: json('The proof.', schema.InclusionProof, {
        seq: 42,
        leafIndex: 41,
        leafHash: digests.leaf,
        size: 64,
        root: digests.root,
        proof: [digests.sibling],
        checkpoint,
      }),
    },
    problems: ['tree-size-unavailable'],
  }),
  getConsistencyProof: read({
    ...audit,
    id: 'getConsistencyProof',
    path: '/v1/audit/consistency',
    summary: 'Prove that the log only grew',
    query: schema.ConsistencyQuery,
    answers: {
      200: json('The proof.', schema.ConsistencyProof, {
        from: 32,
        to: 64,
        fromRoot: digests.sibling,
        toRoot: digests.root,
        proof: [digests.leaf],
      }),
    },
    problems: ['tree-size-unavailable'],
  }),
  getCheckpoint: read({
    ...audit,
    id: 'getCheckpoint',
    path: '/v1/audit/checkpoint',
    summary: 'Read the newest checkpoint',
    answers: { 200: json('The checkpoint.', schema.Checkpoint, checkpoint) },
    problems: [],
  }),
  exportAudit: read({
    ...audit,
    id: 'exportAudit',
    path: '/v1/audit/export',
    summary: 'Export the log for offline verification',
    description: 'JSON Lines, streamed: a header, the entries by seq, the checkpoint last.',
    query: z.strictObject({ after }),
    answers: { 200: { kind: 'stream', description: 'The export.', mediaType: 'application/jsonl' } },
    problems: [],
  }),
} as const;
