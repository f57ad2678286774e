import type { Duration } from '../../../src/definition/model.ts';
import { type Model, type Place, placesIn } from './state.ts';

const HOUR = 3_600_000;

/** Without a calendar a day has 24 hours. */
export function later(now: string, after: Duration): string {
  const match = /^P(?:(\d+)D|T(\d+)H)$/.exec(typeof after === 'string' ? after : '');
  if (!match) throw new Error(`the reference model knows no ${JSON.stringify(after)}`);
  const hours = Number(match[1] ?? 0) * 24 + Number(match[2] ?? 0);
  return new Date(Date.parse(now) + hours * HOUR).toISOString();
}

/** Nobody needs to answer these any more: those of some steps, or all. */
export function closePlaces(
  m: Model,
  is: 'no_longer_required' | 'withdrawn',
  steps: readonly string[] | null,
): void {
  for (const place of m.places)
    if ((place.is === 'open' || place.is === 'vacant') && (steps === null || steps.includes(place.step)))
      place.is = is;
}

export function dropAlarms(m: Model, step: string): void {
  for (const name of Object.keys(m.alarms)) if (name.split(':')[1] === step) delete m.alarms[name];
}

export function end(m: Model, outcome: 'approved' | 'rejected' | 'cancelled' | 'expired'): void {
  closePlaces(m, 'no_longer_required', null);
  m.alarms = {};
  m.status = 'closed';
  m.outcome = outcome;
  m.hold = null;
}

/** To the requester; only the end of the request still comes. */
export function returned(m: Model): void {
  closePlaces(m, 'withdrawn', null);
  const { expire } = m.alarms;
  m.alarms = expire === undefined ? {} : { expire };
  m.status = 'returned';
  m.outcome = null;
  m.hold = null;
}

export function setDeadlines(m: Model): void {
  const { due, expire } = m.definition;
  m.dueAt = due === null ? null : later(m.now, due);
  m.expiresAt = expire === null ? null : later(m.now, expire);
}

/** A place's name: the how-many-th of this person in this opening of this step. */
export function addPlace(m: Model, step: string, person: string, of: Partial<Place>): void {
  const opening = m.openings[step] ?? 0;
  const before = placesIn(m, step).filter((p) => p.person === person && p.opening === opening).length;
  const key = `${step}/${opening}/${person}/${before + 1}`;
  m.places.push({
    ...{ key, step, opening, person, is: 'open', added: false, escalated: false, from: null },
    ...of,
  });
}

/** A decision's name: the how-many-th on this place. A place has one; it is named as its place. */
export const voidDecisions = (m: Model, which: (step: string) => boolean): void => {
  for (const d of m.decisions) if (d.stands && which(d.step)) d.stands = false;
};

export const voidOverrides = (m: Model, which: (step: string) => boolean): void => {
  for (const o of m.overrides) if (o.stands && which(o.step)) o.stands = false;
};
