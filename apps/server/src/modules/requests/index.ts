export { requestHandlers } from './requests.handlers.ts';
export type { Documents, People, RequestDeps, SlotDocuments } from './requests.ports.ts';
export { findRequest } from './requests.queries.ts';
export { words } from './requests.search.ts';
export { runSystemCommand, type SystemCommand } from './requests.system.ts';
export { mayKnow } from './requests.visibility.ts';
