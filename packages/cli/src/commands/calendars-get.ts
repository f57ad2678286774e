import type { Calendar } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import type { Paint } from '../kit/io.ts';
import { type Cell, table, when } from '../kit/text.ts';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const hoursText = (hours: Calendar['week'][number]): string =>
  hours === null ? 'free' : `${hours.opens}–${hours.closes}`;

export const calendarsGet = command({
  name: 'calendars get',
  summary: 'Show a calendar: its hours, its other days, its versions',
  parameters: ['<name>'],
  flags: connectionFlags,
  async run({ args, flags, io, output }) {
    const { data } = await connect(flags, io).getCalendar({ path: { name: args.name } });
    output.result(data, (paint) => view(data, paint));
    return undefined;
  },
});

function view({ name, zone, zoneData, week, days, versions }: Calendar, paint: Paint): string {
  const rows = (list: readonly (readonly [string, string])[]): Cell[][] =>
    list.map(([label, text]) => [[label, paint.dim], text]);
  const hours = rows(week.map((one, i) => [DAYS[i] ?? '', hoursText(one)]));
  const others = days.map((day) => [day.date, hoursText(day.hours), day.name]);
  const dated = rows(versions.map((one) => [when(one.effectiveFrom), one.digest]));
  return [
    `${name}, ${zone} (zone data ${zoneData})`,
    table(hours, '  '),
    ...(others.length === 0 ? [] : [`Other days\n${table(others, '  ')}`]),
    `In force from\n${table(dated, '  ')}`,
  ].join('\n\n');
}
