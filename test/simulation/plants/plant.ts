import type { DefinitionStore } from '../../../apps/server/src/modules/definitions/index.ts';
import type { Slip } from '../database/verdict.ts';

/** A bug that is put in to see it found: faults of the database, or a part of the server that is replaced. */
export type Plant = {
  readonly slips: ReadonlySet<Slip>;
  definitions(store: DefinitionStore): DefinitionStore;
};

export const NONE: Plant = { slips: new Set(), definitions: (store) => store };
