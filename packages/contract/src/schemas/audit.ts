import { z } from 'zod';
import { EventEnvelope } from '../events/envelope.ts';
import { name } from '../registry.ts';
import { after, limit, logPage, page } from './pages.ts';
import { Digest, Seq } from './values.ts';

export const EventLogPage = name(
  'EventLogPage',
  'Events by seq; those of one entry are never split over pages.',
  logPage(EventEnvelope),
);
export const HistoryPage = name(
  'HistoryPage',
  'The events of one request, oldest first.',
  page(EventEnvelope),
);
export const LogFilters = z.strictObject({ after, limit });

export const AuditEntry = name(
  'AuditEntry',
  'One leaf of the log: a command with its events. Its bytes are canonical JSON (RFC 8785), never rewritten.',
  z.object({
    seq: Seq,
    leaf: z.base64().describe('The leaf’s bytes, base64.'),
    hash: Digest.describe('SHA-256(0x00 ‖ leaf) (RFC 6962).'),
  }),
);
export const AuditEntryPage = name('AuditEntryPage', 'Audit entries by seq.', logPage(AuditEntry));

export const Checkpoint = name(
  'Checkpoint',
  'A signed head of the tree (C2SP tlog-checkpoint).',
  z.object({
    origin: z.string(),
    size: z.int().min(0),
    root: Digest,
    note: z.string().describe('The signed note.'),
    verifierKey: z.string().describe('C2SP note verifier key: `<name>+<hash>+<key>`.'),
  }),
);
export const InclusionProof = name(
  'InclusionProof',
  'That an entry stands in the tree (RFC 6962).',
  z.object({
    seq: Seq,
    leafIndex: z.int().min(0).describe('seq − 1.'),
    leafHash: Digest,
    size: z.int().min(1),
    root: Digest,
    proof: z.array(Digest),
    checkpoint: Checkpoint.nullable().describe('The checkpoint of this size, where there is one.'),
  }),
);
export const ConsistencyProof = name(
  'ConsistencyProof',
  'That a tree is a later state of another (RFC 6962).',
  z.object({
    from: z.int().min(0),
    to: z.int().min(0),
    fromRoot: Digest,
    toRoot: Digest,
    proof: z.array(Digest),
  }),
);
const size = z.coerce.number().int().min(1);
export const ProofQuery = z.strictObject({
  size: size.optional().describe('Tree size; that of the newest checkpoint by default.'),
});
export const ConsistencyQuery = z.strictObject({
  from: z.coerce.number().int().min(0).describe('The smaller size.'),
  to: size.optional().describe('The greater size; that of the newest checkpoint by default.'),
});
export const SeqParams = z.strictObject({
  seq: z.coerce.number().int().min(1).describe('Position in the log, from 1.'),
});
