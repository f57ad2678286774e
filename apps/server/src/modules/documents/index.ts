export { documentHandlers } from './documents.handlers.ts';
export { documents } from './documents.resolve.ts';
