import { createHash } from 'node:crypto';
import { ProblemError } from './problem.ts';

/**
 * How much is worked on at once. What comes beyond that is told to come again, before anything is done for it: a
 * queue would only make everybody wait, longer than clients do, for answers that nobody reads any more.
 */
export type Admission = {
  /**
   * Would a call with this Authorization header be turned away now? Costs next to nothing while there is room.
   * @param early it comes sooner than it was told to, and is let in only where places have been left over.
   */
  isFull(authorization: string, early: boolean): boolean;
  /** @throws ProblemError overloaded */
  enter(): Place;
};

/** Of one call, from its first byte of work to its answer. */
export type Place = {
  /** @throws ProblemError overloaded, where this environment has its share of the places already. */
  belongsTo(environment: string, authorization: string): void;
  leave(): void;
};

export type Places = {
  /** For a moment, as when everybody opens the same mail. */
  readonly burst: number;
  /** For as long as it lasts: more at once would not finish sooner, only wait longer. */
  readonly steady: number;
};

/** Of the places, for one environment: the others find some free whatever it does (ENGINE 22). */
const SHARE = 0.75;
/** What lasts longer is no burst; and it is over only when it has been quiet for so long. */
const BURST_MS = 200;
const QUIET_MS = 1000;
/** A batch that commits empties many places at once, and whose they were comes again a moment later. */
const SPARE_MS = 50;
/** Some 100 bytes each. */
const MAX_REMEMBERED = 10_000;

/** @param now monotonic, ms */
export function admission(places: Places, now: () => number = () => performance.now()): Admission {
  const busy = Math.floor(places.steady * SHARE);
  const taken = new Map<string, number>();
  /** By digest: a heap dump must not hold secrets. */
  const environments = new Map<string, string>();
  const spare = Math.floor(places.steady / 2);
  let all = 0;
  /** Since when fewer than half of the steady places are taken. */
  let spareSince: number | null = Number.NEGATIVE_INFINITY;
  let busySince: number | null = null;
  let lastBusy = Number.NEGATIVE_INFINITY;
  let lasting = false;

  function limit(): number {
    if (all >= busy) lastBusy = now();
    else if (!lasting) return places.burst;
    if (lasting) lasting = now() - lastBusy < QUIET_MS;
    else lasting = busySince !== null && lastBusy - busySince > BURST_MS;
    return lasting ? places.steady : places.burst;
  }

  function remember(authorization: string, environment: string): void {
    if (environments.size >= MAX_REMEMBERED) environments.clear();
    environments.set(digestOf(authorization), environment);
  }

  return {
    isFull(authorization, early) {
      const most = limit();
      if (early && (spareSince === null || now() - spareSince < SPARE_MS)) return true;
      if (all >= most) return true;
      if (all < Math.floor(most * SHARE)) return false;
      const environment = environments.get(digestOf(authorization));
      return environment !== undefined && (taken.get(environment) ?? 0) >= Math.floor(most * SHARE);
    },
    enter() {
      if (all >= limit()) throw overloaded();
      all += 1;
      if (all >= spare) spareSince = null;
      if (all >= busy) busySince ??= now();
      let mine: string | null = null;
      return {
        belongsTo(environment, authorization) {
          const others = taken.get(environment) ?? 0;
          if (all >= busy) remember(authorization, environment);
          if (others >= Math.floor(limit() * SHARE)) throw overloaded();
          taken.set(environment, others + 1);
          mine = environment;
        },
        leave() {
          all -= 1;
          if (all < spare) spareSince ??= now();
          if (all < busy) busySince = null;
          if (mine === null) return;
          const left = (taken.get(mine) ?? 1) - 1;
          if (left === 0) taken.delete(mine);
          else taken.set(mine, left);
        },
      };
    },
  };
}

export const overloaded = (): ProblemError =>
  new ProblemError('overloaded', { detail: 'The server works on as many calls at once as it takes.' }, 1);

const digestOf = (authorization: string): string =>
  createHash('sha256').update(authorization).digest('base64');
