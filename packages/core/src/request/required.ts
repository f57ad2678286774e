import type { Approve } from '../definition/model.ts';
import type { RequestState } from './state.ts';

/** Documents without which nobody approves the step, and that the revision does not have. */
export const lackingDocuments = (
  { revision }: Pick<RequestState, 'revision'>,
  { requires = [] }: Pick<Approve, 'requires'>,
): readonly string[] =>
  requires.filter((name) => !(Object.hasOwn(revision.documents, name) && revision.documents[name]?.length));
