import type { Definition } from '@countersign/core';

export type DefinitionEvent = {
  readonly type: 'definition.published';
  readonly definition: string;
  readonly version: number;
  readonly digest: string;
  /** As an object: replay compiles it from the log. */
  readonly canonical: Definition;
  /** The parts that it pins; absent where it uses none. */
  readonly parts?: readonly PinnedPart[];
};

export type PinnedPart = { readonly name: string; readonly version: number; readonly digest: string };

/** The newest version. */
export type DefinitionState = {
  readonly definition: string;
  readonly version: number;
  readonly digest: string;
};

/** Streams share one name space over all kinds; no slug holds a slash. */
export const definitionStream = (name: string): string => `definition/${name}`;

export const definitionFold = {
  schema: 1,
  evolve: (_before: DefinitionState | null, event: DefinitionEvent): DefinitionState => {
    const { definition, version, digest } = event;
    return { definition, version, digest };
  },
} as const;
