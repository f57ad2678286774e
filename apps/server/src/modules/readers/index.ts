export { readerHandlers } from './readers.handlers.ts';
