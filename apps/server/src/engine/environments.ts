import type { Reader } from '../db/read.ts';

export type EnvironmentClock =
  | { readonly mode: 'wall' }
  | { readonly mode: 'frozen'; readonly at: string }
  | { readonly mode: 'offset'; readonly offsetMs: number };

export type Environment = {
  readonly id: string;
  readonly kind: 'sandbox' | 'staging' | 'production';
  readonly clock: EnvironmentClock;
  readonly seed: string | null;
  readonly logOrigin: string;
  /** `seq` of the last change of the clock that this row has seen. */
  readonly clockRevision: number;
};

/** Not one that exists. */
export class UnknownEnvironment extends Error {
  readonly code = 'unknown-environment';

  constructor(environment: string) {
    super(`There is no environment ${environment}.`);
    this.name = 'UnknownEnvironment';
  }
}

/** The environment's time in ms, given the wall clock's (ENGINE 17-18). */
export function environmentTime(clock: EnvironmentClock, wall: number): number {
  switch (clock.mode) {
    case 'wall':
      return wall;
    case 'frozen':
      return Date.parse(clock.at);
    case 'offset':
      return wall + clock.offsetMs;
    default: {
      const never: never = clock;
      return never;
    }
  }
}

type Row = {
  kind: Environment['kind'];
  clock_mode: EnvironmentClock['mode'];
  clock_at: Date | null;
  clock_offset_ms: number | string | null;
  seed: string | null;
  log_origin: string;
  clock_revision: number | string;
};

/** @throws UnknownEnvironment */
export async function loadEnvironment(reader: Reader, id: string): Promise<Environment> {
  // One statement, so that clock and revision belong together.
  const rows = await reader.readAs(id).query<Row>(
    `select e.kind, e.clock_mode, e.clock_at, e.clock_offset_ms, e.seed, e.log_origin, h.clock_revision
       from countersign.environment e join countersign.head h using (environment_id)
      where e.environment_id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) throw new UnknownEnvironment(id);
  return {
    id,
    kind: row.kind,
    clock: clockOf(row),
    seed: row.seed,
    logOrigin: row.log_origin,
    clockRevision: Number(row.clock_revision),
  };
}

function clockOf(row: Row): EnvironmentClock {
  if (row.clock_at !== null) return { mode: 'frozen', at: row.clock_at.toISOString() };
  if (row.clock_offset_ms !== null) return { mode: 'offset', offsetMs: Number(row.clock_offset_ms) };
  return { mode: 'wall' };
}
