import type { FieldError } from '@countersign/contract';
import type { DocumentRef, FieldValue, RequestState, Sealed } from '@countersign/core';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Ids } from '../../engine/ids.ts';
import type { DefinitionStore } from '../definitions/definitions.store.ts';
import type { Tokens } from '../tokens/tokens.ts';

/** Seals and opens personal values (ENGINE 14). */
export type Sealing = {
  seal(value: {
    environment: string;
    owner: string;
    context: string;
    plaintext: string;
    ids: Ids;
  }): Promise<{ reference: Sealed; row: SealedRow }>;
  /** Plaintext by item; null where it was erased. */
  open(environment: string, references: readonly Sealed[]): Promise<ReadonlyMap<string, string | null>>;
};

/** Finds a person by id or user name. */
export type People = { resolve(environment: string, reference: string): Promise<string | null> };

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
  readonly sealing: Sealing;
  readonly people: People;
  readonly documents: Documents;
  readonly tokens: Tokens;
};

export type { FieldValue, RequestState };
