import type { CalendarSummary } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { type Cell, table, when } from '../kit/text.ts';

export const calendarsList = command({
  name: 'calendars list',
  summary: 'List calendars',
  flags: connectionFlags,
  async run({ flags, io, output }) {
    const calendars: CalendarSummary[] = [];
    for await (const one of connect(flags, io).items('listCalendars')) calendars.push(one);
    output.result(calendars, (paint) => {
      if (calendars.length === 0) return 'There are none.';
      const head: Cell[] = ['CALENDAR', 'ZONE', 'IN FORCE FROM'].map((text) => [text, paint.dim]);
      return table([
        head,
        ...calendars.map(({ name, zone, effectiveFrom }) => [name, zone, when(effectiveFrom)]),
      ]);
    });
    return undefined;
  },
});
