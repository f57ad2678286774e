import type { Findings } from './model.ts';
import type { Run } from './run.ts';

/** What a run has found so far; `null` where not even the header could be opened. */
export function describe(run: Run | null, knownCheckpoint: Findings['knownCheckpoint']): Findings {
  const log = run?.log;
  const range = log?.header.range ?? null;
  return {
    origin: log?.checkpoint.origin ?? null,
    environment: log?.header.environment ?? null,
    range,
    complete: range !== null && range.first === 1 && range.last === log?.checkpoint.size,
    checkpoint: log?.checkpoint ?? null,
    key: log === undefined ? null : { name: log.key.name, id: log.key.id, trust: log.trust },
    entries: run?.entries ?? 0,
    sealedValues: run?.sealedValues ?? 0,
    reproduced: run?.reexecutions?.reproduced ?? 0,
    erased: run?.reexecutions?.erased ?? 0,
    otherwiseNotReproducible: run?.reexecutions?.other ?? 0,
    notReproducible: run?.reexecutions?.named ?? [],
    restores: run?.restores ?? [],
    receiptsConfirmed: run?.receipts.confirmed ?? 0,
    receiptsLost: run?.receipts.lost ?? [],
    knownCheckpoint,
  };
}
