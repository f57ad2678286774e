import { describe, expect, it } from 'vitest';
import { completeCalendar, parseCalendar } from '../src/calendar/parse.ts';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import { factSource } from '../src/facts/directory.ts';
import type { CalendarVersion } from '../src/facts/model.ts';
import { recordFacts } from '../src/facts/record.ts';
import { type ReplayEntry, replayer } from '../src/replay/replay.ts';
import { decide } from '../src/request/decide.ts';
import { as, change, everyone, file, give, group, now, service, world } from './kit.ts';

const BERLIN = {
  zoneData: '2025c',
  offsets: [
    { from: null, seconds: 3600 },
    { from: '2026-03-29T01:00:00.000Z', seconds: 7200 },
  ],
};
const version = (holidays: string, from = '2026-01-01T00:00:00.000Z'): CalendarVersion => {
  const read = parseCalendar(`calendar: office\nzone: Europe/Berlin\nholidays: ${holidays}\n`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return completeCalendar(read.calendar, from, BERLIN);
};
const published = (holidays = '{}', from?: string): DirectoryEvent => ({
  type: 'calendar.published',
  version: version(holidays, from),
});

const RULES = `
definition: letters
title: Letters
time: { zone: Europe/Berlin, calendar: office }
route:
  - check: credit
    ask: erp.credit
    within: 1 workday
    else: { unknown: reject }
  - approve: legal
    by: { group: legal }
    remind: [2 hours, 1 workday, 3 days]
    escalate: { after: 2 workdays, add: { group: legal } }
due: 3 workdays
expire: 1 week
`;
/** Friday, 27 March 2026, 10:00 in Berlin; clocks go forward on Sunday. */
const FRIDAY = '2026-03-27T09:00:00.000Z';
const begin = (...events: DirectoryEvent[]) => {
  const w = world(RULES, [...everyone, group('legal', 'ann', 'bob'), ...events]);
  w.now = FRIDAY;
  return w;
};

describe('every deadline follows the calendar of its definition (SEMANTICS 17)', () => {
  it('days and workdays are those of the zone, hours elapse', () => {
    const w = begin(published());
    file(w, {});
    expect(now(w)).toMatchObject({
      dueAt: '2026-04-01T08:00:00.000Z',
      expiresAt: '2026-04-03T08:00:00.000Z',
      timers: { 'check:credit': '2026-03-30T08:00:00.000Z' },
    });
    give(w, service, { type: 'answerCheck', step: 'credit', answer: 'pass', reference: null });
    expect(now(w).timers).toMatchObject({
      'remind:legal:0': '2026-03-27T11:00:00.000Z',
      'remind:legal:1': '2026-03-30T08:00:00.000Z',
      'remind:legal:2': '2026-03-30T08:00:00.000Z',
      'escalate:legal': '2026-03-31T08:00:00.000Z',
    });
  });

  it('a holiday is no workday, and a day for all that', () => {
    const w = begin(published('{ 2026-03-30: Founding day }'));
    file(w, {});
    expect([now(w).dueAt, now(w).expiresAt]).toEqual([
      '2026-04-02T08:00:00.000Z',
      '2026-04-03T08:00:00.000Z',
    ]);
  });

  it('the version in force counts, and one to come does not', () => {
    const w = begin(published(), published('{ 2026-03-30: Move }', '2026-03-28T00:00:00.000Z'));
    file(w, {});
    expect(now(w).dueAt).toBe('2026-04-01T08:00:00.000Z');
  });

  it('a version that comes later moves no deadline that stands', () => {
    const w = begin(published());
    file(w, {});
    change(w, published('{ 2026-03-30: Move }'));
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(now(w).dueAt).toBe('2026-04-01T08:00:00.000Z');
  });

  it('without the calendar no request is filed', () => {
    const w = begin();
    expect(file(w, {}).refusal?.code).toBe('unknown-calendar');
  });

  it('the fact that a deadline relied on is recorded, and only where one was reckoned', () => {
    const w = begin(published());
    file(w, {});
    const used = (at: number) => {
      const recorder = recordFacts(factSource(w.directory));
      const one = w.log[at];
      if (!one) throw new Error('no entry');
      decide(at === 0 ? null : now(w), one.command, {
        now: one.now,
        definition: w.definition,
        facts: recorder.source,
      });
      return Object.keys(recorder.used()).filter((name) => name.startsWith('calendar:'));
    };
    expect(used(0)).toEqual(['calendar:office']);
    give(w, as('req'), { type: 'hold', reason: 'Wait' });
    expect(used(1)).toEqual([]);
  });

  it('a log decides it again from its own entries, whatever zones the verifier knows', () => {
    const w = begin(published());
    file(w, {});
    const [filed] = w.log;
    if (!filed) throw new Error('no entry');
    const replay = (calendar: CalendarVersion) => {
      const log = replayer();
      const entry = (seq: number, kind: string, stream: string, more: object) =>
        log.entry({
          seq,
          kind,
          stream,
          engine: 1,
          now: FRIDAY,
          directory: 1,
          facts: {},
          ...more,
        } as ReplayEntry);
      const events = [
        ...everyone,
        group('legal', 'ann', 'bob'),
        { type: 'calendar.published', version: calendar },
      ];
      entry(1, 'matrix', 'directory', { command: {}, events });
      entry(2, 'definition', 'letters', {
        command: {},
        events: [
          { type: 'definition.published', digest: w.definition.digest, canonical: w.definition.definition },
        ],
      });
      const recorder = recordFacts(factSource(w.directory));
      decide(null, filed.command, { now: FRIDAY, definition: w.definition, facts: recorder.source });
      return entry(3, 'request', 'req_1', {
        command: { ...filed.command, type: 'create' },
        events: filed.events,
        facts: recorder.used(),
      });
    };
    expect(replay(version('{}'))).toEqual({ verdict: 'reproduced' });
    expect(replay(version('{ 2026-03-30: Move }')).verdict).toBe('different');
  });
});
