import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';

export type DelegationDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  /** Finds a person by id or user name. */
  readonly people: { resolve(environment: string, reference: string): Promise<string | null> };
  readonly definitionExists: (environment: string, name: string) => Promise<boolean>;
};
