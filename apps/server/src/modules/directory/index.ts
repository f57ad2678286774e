export { directoryHandlers } from './directory.handlers.ts';
export { type DirectoryState, directoryStream } from './directory.model.ts';
export { people } from './directory.people.ts';
