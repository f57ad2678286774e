export { exportLines } from './audit.export.ts';
export { auditHandlers } from './audit.handlers.ts';
