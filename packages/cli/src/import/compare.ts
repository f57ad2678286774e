import { type Counts, countSource, totals } from './counts.ts';
import { isApprovedBefore, type PlannedEvent } from './declarations.ts';
import type { Refusal } from './play.ts';

export type Difference = {
  readonly case: string;
  readonly activity: string;
  readonly source: number;
  readonly log: number;
  /** Null: nobody knows why, and the import has failed. */
  readonly explanation: string | null;
};

export type Comparison = {
  readonly activities: readonly {
    readonly activity: string;
    readonly source: number;
    readonly log: number;
  }[];
  readonly differences: readonly Difference[];
};

/** Compares case by case, so that equal sums cannot hide what was lost here and added there. */
export function compare(
  events: readonly PlannedEvent[],
  log: Counts,
  refusals: readonly Refusal[],
): Comparison {
  const source = countSource(events);
  const [a, b] = [totals(source), totals(log)];
  const activities = [...new Set([...a.keys(), ...b.keys()])]
    .map((activity) => ({ activity, source: a.get(activity) ?? 0, log: b.get(activity) ?? 0 }))
    .sort((x, y) => y.source - x.source || (x.activity < y.activity ? -1 : 1));
  const unapproved = paidWithoutApproval(events);
  const differences: Difference[] = [];
  for (const name of new Set([...source.keys(), ...log.keys()])) {
    const [ours, theirs] = [source.get(name), log.get(name)];
    for (const activity of new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])])) {
      const [x, y] = [ours?.get(activity) ?? 0, theirs?.get(activity) ?? 0];
      if (x === y) continue;
      const here = refusals.filter((r) => r.case === name && r.activity === activity);
      differences.push({
        case: name,
        activity,
        source: x,
        log: y,
        explanation: explain(x - y, here, unapproved),
      });
    }
  }
  return { activities, differences };
}

/**
 * A difference is explained if it is exactly what the server refused, and the source itself shows that refusing was
 * right. A refusal alone explains nothing: it may be ours that is wrong.
 */
function explain(
  missing: number,
  refusals: readonly Refusal[],
  unapproved: ReadonlySet<string>,
): string | null {
  if (
    missing !== refusals.length ||
    !refusals.every((one) => one.by === 'server' && unapproved.has(placeOf(one)))
  )
    return null;
  const [first] = refusals;
  return `The source pays without a final approval standing; refused: ${first?.reason ?? ''} (${first?.code ?? ''})`;
}

const placeOf = ({ case: name, event }: Refusal): string => `${name}:${event}`;

const paidWithoutApproval = (events: readonly PlannedEvent[]): ReadonlySet<string> =>
  new Set(
    events
      .filter(({ action, case: found, order: [, i] }) => action.act === 'pay' && !isApprovedBefore(found, i))
      .map(({ case: { name }, order: [, i] }) => `${name}:${i}`),
  );
