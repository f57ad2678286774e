import type { AnswerOf } from '@countersign/contract';
import type { CalendarVersion } from '@countersign/core';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, readCursor, textAt } from '../../http/cursor.ts';
import { notFound } from '../../http/problem.ts';
import { type CalendarDeps, present, publishCalendar } from './calendars.usecases.ts';

type CalendarHandlers = Pick<Handlers, 'publishCalendar' | 'listCalendars' | 'getCalendar'>;
type Summary = AnswerOf<'listCalendars'>[200]['items'][number];

/** Calendars are few and small: they are read from the directory as it is folded, and have no rows of their own. */
export function calendarHandlers(deps: CalendarDeps): CalendarHandlers {
  const { engine } = deps;
  return {
    publishCalendar: (call) => publishCalendar(deps, call),
    async listCalendars({ principal, query }) {
      const cursor = readCursor(query);
      const after = cursor === null ? '' : textAt(cursor, 0);
      const { calendars } = await engine.directoryNow(principal.environment);
      const newest = [...calendars.values()].flatMap(({ value }) => value?.at(-1) ?? []);
      const left = newest.map(summary).filter(({ name }) => name > after);
      const items = left.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, query.limit);
      const last = left.length > items.length ? items.at(-1) : undefined;
      const body: AnswerOf<'listCalendars'>[200] = {
        items,
        nextCursor: last === undefined ? null : makeCursor(query, [last.name]),
      };
      return { status: 200, body };
    },
    async getCalendar({ principal, params }) {
      const { calendars } = await engine.directoryNow(principal.environment);
      const versions = calendars.get(params.name)?.value ?? [];
      const newest = versions.at(-1);
      if (newest === undefined) throw notFound('calendar');
      const body: AnswerOf<'getCalendar'>[200] = { ...present(newest), versions: versions.map(summary) };
      return { status: 200, body };
    },
  };
}

const summary = ({ calendar: name, zone, effectiveFrom, digest }: CalendarVersion): Summary => ({
  name,
  zone,
  effectiveFrom,
  digest,
});
