export { documentHandlers } from './documents.handlers.ts';
export type { DocumentDeps } from './documents.ports.ts';
export { type Documents, documents } from './documents.resolve.ts';
