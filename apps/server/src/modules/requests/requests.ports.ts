import type { FieldError } from '@countersign/contract';
import type { DocumentRef } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Sealer } from '../../engine/seal/index.ts';
import type { DefinitionStore } from '../definitions/index.ts';
import type { Tokens } from '../tokens/index.ts';

/** Finds a person by id or user name, as it was meant at a directory revision. */
export type People = {
  known(
    environment: string,
    reference: string,
  ): Promise<{ readonly person: string | null; readonly asOf: number }>;
};

export type SlotDocuments = {
  readonly [slot: string]: readonly { readonly document: string; readonly version: number }[];
};

/** Names uploaded bytes by their digests, and checks their types against what each slot accepts. */
export type Documents = {
  resolve(
    environment: string,
    given: SlotDocuments,
    accepts: { readonly [slot: string]: readonly string[] },
  ): Promise<{
    readonly documents: { readonly [slot: string]: readonly DocumentRef[] };
    readonly errors: readonly FieldError[];
  }>;
};

/** What the use cases of requests receive. */
export type RequestDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly definitions: DefinitionStore;
  readonly sealer: Sealer;
  readonly people: People;
  readonly documents: Documents;
  readonly tokens: Tokens;
};
