import type { Handlers } from '../../http/call.ts';
import { getAuditEntry, listAuditEntries } from './audit.entries.ts';
import { exportAudit } from './audit.export.ts';
import type { AuditDeps } from './audit.ports.ts';
import { getCheckpoint, getConsistencyProof, getInclusionProof } from './audit.proofs.ts';

type AuditHandlers = Pick<
  Handlers,
  | 'listAuditEntries'
  | 'getAuditEntry'
  | 'getInclusionProof'
  | 'getConsistencyProof'
  | 'getCheckpoint'
  | 'exportAudit'
>;

export const auditHandlers = (deps: AuditDeps): AuditHandlers => ({
  listAuditEntries: (call) => listAuditEntries(deps, call),
  getAuditEntry: (call) => getAuditEntry(deps, call),
  getInclusionProof: (call) => getInclusionProof(deps, call),
  getConsistencyProof: (call) => getConsistencyProof(deps, call),
  getCheckpoint: (call) => getCheckpoint(deps, call),
  exportAudit: (call) => exportAudit(deps, call),
});
