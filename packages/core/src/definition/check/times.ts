import { longestMs, shortestMs } from '../../time.ts';
import { durationWords } from '../diff/words.ts';
import type { Duration } from '../model.ts';
import { type Checking, caution, fault } from './checking.ts';

/** Deadlines that the end of the request overtakes. */
export function checkTimes(c: Checking): void {
  checkCalendar(c);
  checkRange(c);
  const { due, expire } = c.definition;
  if (expire === null) return;
  const end = longestMs(expire);
  const overtaken = (after: Duration, path: string, what: string): void => {
    if (shortestMs(after) < end) return;
    const message = `${what} after ${durationWords(after)}, but the request expires ${durationWords(expire)} after its submission: it never happens. Shorten it.`;
    caution(c, 'never-happens', path, message);
  };
  if (due !== null && shortestMs(due) > end) {
    const message = `Promised within ${durationWords(due)}, but the request expires before, after ${durationWords(expire)}.`;
    caution(c, 'never-happens', 'due', message);
  }
  for (const { after, path, what } of waits(c)) overtaken(after, path, what);
}

/** What a request may ask for holds what is promised without asking, as far as that can be told without a calendar. */
function checkRange(c: Checking): void {
  const { due, dueRange, expire } = c.definition;
  if (dueRange === undefined || due === null) return;
  const { least, most } = dueRange;
  if (shortestMs(least) > longestMs(due) || shortestMs(due) > longestMs(most)) {
    const message = `${durationWords(due)} is not between ${durationWords(least)} and ${durationWords(most)}. Widen one of the two.`;
    fault(c, 'bad-value', 'due.within', message);
  }
  if (expire === null || shortestMs(most) <= longestMs(expire)) return;
  const message = `A request may ask for ${durationWords(most)}, but expires before, after ${durationWords(expire)}.`;
  caution(c, 'never-happens', 'due.most', message);
}

type Wait = { readonly after: Duration; readonly path: string; readonly what: string };

function waits({ nodes }: Checking): readonly Wait[] {
  return nodes.flatMap(({ node, path }): readonly Wait[] => {
    if (node.kind === 'check')
      return [{ after: node.within, path: `${path}.within`, what: 'The check gives up' }];
    if (node.kind !== 'approve') return [];
    const { escalate } = node;
    const reminders = node.remind.map((after, i) => ({
      after,
      path: `${path}.remind[${i}]`,
      what: 'This reminds',
    }));
    return escalate
      ? [...reminders, { after: escalate.after, path: `${path}.escalate.after`, what: 'This escalates' }]
      : reminders;
  });
}

/** Which days are workdays, and when clocks change, only a calendar says: one that is published, so that it is recorded. */
function checkCalendar(c: Checking): void {
  const { due, dueRange, expire, time } = c.definition;
  // A part follows the calendar of the definition that uses it.
  if (time.calendar !== undefined || c.definition.parameters !== undefined) return;
  if (time.zone !== 'UTC') {
    const message = `The zone ${time.zone} needs a calendar that is published in it. Add e.g. \`calendar: office\`.`;
    fault(c, 'missing-key', 'time.zone', message);
  }
  const whole = [
    ...(due === null ? [] : [{ after: due, path: 'due' }]),
    ...(dueRange === undefined
      ? []
      : [
          { after: dueRange.least, path: 'due.least' },
          { after: dueRange.most, path: 'due.most' },
        ]),
    ...(expire === null ? [] : [{ after: expire, path: 'expire' }]),
  ];
  for (const { after, path } of [...whole, ...waits(c)]) {
    if (typeof after === 'string') continue;
    const message =
      'Workdays are those of a calendar. Add e.g. `time: { zone: Europe/Berlin, calendar: de-office }`.';
    // Reminders are sorted, so their order is not that of the source.
    fault(c, 'missing-key', path.replace(/\[\d+\]$/, ''), message);
  }
}
