import type { AnswerOf } from '@countersign/contract';
import {
  type CalendarVersion,
  completeCalendar,
  type DirectoryEvent,
  decideDirectory,
  parseCalendar,
} from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Reply } from '../../http/call.ts';
import { change } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { type DirectoryState, directoryStream, lastReceipt } from '../directory/index.ts';
import { zoneOf } from './calendars.zone.ts';

export type CalendarDeps = { readonly engine: Engine; readonly reader: Reader };

/** A new version of a calendar: a change of the directory, since deadlines are reckoned by what it says. */
export async function publishCalendar(
  { engine, reader }: CalendarDeps,
  call: Call<'publishCalendar'>,
): Promise<Reply> {
  const { source, format, effectiveFrom } = call.body;
  const read = parseCalendar(source, format);
  if (!read.ok) throw invalid(read.problems);
  const { calendar: written } = read;
  const zone = zoneOf(written.zone);
  if (zone === null) {
    const message = `This server knows no zone \`${written.zone}\`. Write a name of the IANA database, such as \`Europe/Berlin\`.`;
    throw invalid([{ path: 'zone', code: 'bad-value', message, line: 0, column: 0 }]);
  }
  const dated = effectiveFrom === undefined ? written.effectiveFrom : new Date(effectiveFrom).toISOString();
  let version: CalendarVersion | null = null;
  const { replayed: _, ...reply } = await change<DirectoryState, DirectoryEvent>(engine, call, {
    ...directoryStream,
    command: { type: 'changeDirectory', data: null },
    decide(_state, { directory, now }) {
      const newest = directory.calendars.get(written.calendar)?.value?.at(-1);
      version = completeCalendar(written, dated ?? newest?.effectiveFrom ?? now, zone);
      if (version.digest === newest?.digest) return [];
      version = completeCalendar(written, dated ?? now, zone);
      const command = { type: 'changeDirectory', changes: [{ change: 'calendar', version }] } as const;
      const decided = decideDirectory(directory, command, now);
      if (!decided.ok)
        throw new ProblemError('calendar-invalid', {
          detail: decided.message,
          errors: decided.errors.map(({ code, message }) => ({ field: 'zone', code, message })),
        });
      return { events: decided.events, data: command };
    },
    answer: ({ events }) => {
      if (version === null) throw new Error('a calendar that was decided on has a version');
      return { status: events.length === 0 ? 200 : 201, body: present(version) };
    },
  });
  if (reply.status !== 200 || reply.headers?.['Countersign-Seq'] !== undefined) return reply;
  // Nothing had to change: the receipt is that of the entry that made the directory what it is.
  const last = await lastReceipt(reader, call.principal.environment, directoryStream.stream);
  const receipt = last === null ? {} : { 'Countersign-Seq': last.seq, 'Countersign-Leaf': last.leaf };
  return { ...reply, headers: { ...reply.headers, ...receipt } };
}

export function present({
  calendar,
  offsets,
  week,
  days,
  ...rest
}: CalendarVersion): AnswerOf<'publishCalendar'>[201] {
  return { ...rest, name: calendar, offsets: [...offsets], week: [...week], days: [...days] };
}

type Fault = { path: string; code: string; message: string; line: number; column: number };

function invalid(problems: readonly Fault[]): ProblemError {
  const [first] = problems;
  const place = first === undefined || first.line === 0 ? '' : `Line ${first.line}, column ${first.column}: `;
  return new ProblemError('calendar-invalid', {
    detail: `${place}${first?.message ?? 'The calendar has errors.'}`,
    errors: problems.slice(0, 100).map(({ code, message, path, line, column }) => ({
      field: path === '' ? 'source' : path,
      code,
      message,
      ...(line > 0 ? { line, column: Math.max(column, 1) } : {}),
    })),
  });
}
