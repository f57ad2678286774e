export { directoryHandlers } from './directory.handlers.ts';
export { lastReceipt } from './directory.known.ts';
export { type DirectoryState, directoryStream } from './directory.model.ts';
export { people } from './directory.people.ts';
