export { definitionHandlers } from './definitions.handlers.ts';
export { type DefinitionStore, definitionStore, type PublishedDefinition } from './definitions.store.ts';
