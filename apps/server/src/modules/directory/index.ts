export { type DirectoryDeps, directoryHandlers } from './directory.handlers.ts';
export { DIRECTORY_STREAM, type DirectoryState, directoryStream } from './directory.model.ts';
export { type People, people } from './directory.people.ts';
