export { exportLines } from './audit.export.ts';
export { auditHandlers } from './audit.handlers.ts';
export { type AuditDeps, assertWholeLog } from './audit.ports.ts';
