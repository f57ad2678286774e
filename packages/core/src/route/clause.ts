import type { Work } from './work.ts';

/** The clause's place in the definition, such as `route[1].need`. */
export const at = (work: Pick<Work, 'context'>, step: { readonly id: string }, member: string): string =>
  `${work.context.definition.path(step.id)}.${member}`;
