import type { Approve } from '../definition/model.ts';
import type { Via } from '../request/model.ts';
import { openRungOf } from '../request/rungs.ts';
import { at } from '../route/clause.ts';
import { peopleOf } from '../route/people.ts';
import { cited } from '../route/settle.ts';
import { isRungSettled } from '../route/tally.ts';
import { candidates, type Work } from '../route/work.ts';
import { because } from './explain.ts';
import type { Explanation } from './model.ts';

/** One row of a chain, as of now. */
export type RungWhy = {
  /** Such as `role:cfo`. */
  readonly rung: string;
  /** Its row in the matrix. */
  readonly row: string;
  readonly status: 'approved' | 'open' | 'waiting';
  /** Who might decide it. */
  readonly persons: readonly string[];
};

/** The rungs of a step that asks a chain; nothing for any other. */
export function rungsOf(work: Work, step: Approve): { readonly rungs?: readonly RungWhy[] } {
  const own = work.state.steps[step.id];
  const open = openRungOf(own);
  const { ladder } = candidates(work, step, step.by, open);
  if (ladder === undefined || (!ladder.chain && own?.rungs === undefined)) return {};
  return {
    rungs: ladder.rungs.map(({ rung, row }) => ({
      rung,
      row: row.id,
      status: isRungSettled(work, step, rung) ? 'approved' : rung === open ? 'open' : 'waiting',
      persons: [...candidates(work, step, step.by, rung).eligible.keys()],
    })),
  };
}

/** Why others are asked than whom the step names first. Nothing where they are asked. */
export function insteadOf(work: Work, step: Approve): { readonly instead?: readonly Explanation[] } {
  const people = peopleOf(work, step);
  const found: Explanation[] = [];
  for (const via of new Map(climbs([...people.eligible.values()].flat())).values()) {
    const rows = via.over.map((row) => `matrix:${via.matrix}#${row}`);
    const clause = at(work, step, 'by');
    found.push(because('climbed', { clause, facts: rows, persons: cited(people.barred) }));
  }
  if (people.fallback) {
    const { eligible, required, barred, causes, facts } = people.fallback;
    const inputs = { eligible: eligible.size, required };
    const clause = at(work, step, 'fallback');
    found.push(
      because('fallback-asked', { clause, inputs, facts: [...causes, ...facts], persons: cited(barred) }),
    );
  }
  return found.length === 0 ? {} : { instead: found };
}

const climbs = (all: readonly Via[]): (readonly [string, Climb])[] =>
  all.flatMap((via) => (via.via === 'climb' ? [[`${via.matrix} ${via.over.join()}`, via] as const] : []));

type Climb = Extract<Via, { via: 'climb' }>;
