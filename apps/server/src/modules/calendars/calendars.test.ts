import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer({ sandbox: { clock: '2026-03-27T15:00:00.000Z' } });
await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['ann', 'req'].map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
    ],
  },
});

const OFFICE = `
calendar: office
zone: Europe/Berlin
week: { monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, friday: 09:00-17:00 }
holidays: { 2026-04-03: Good Friday }
`;
const definition = (time: string) => `
definition: letters
title: Letters
time: ${time}
route:
  - approve: lead
    by: { role: lead }
    remind: 1 workday
due: 2 workdays
expire: 7 days
`;
const publish = (source: string, more: object = {}) =>
  api.ok('publishCalendar', { body: { source, ...more } });
const environment = async () => (await api.ok('getEnvironment')).body;

describe('a calendar', () => {
  test('is asked for before a definition that follows it', async () => {
    const { problem } = await api.refused('publishDefinition', 'definition-invalid', {
      body: { source: definition('{ zone: Europe/Berlin, calendar: office }') },
    });
    expect(problem.errors).toMatchObject([{ field: 'time.calendar', code: 'unknown-name', line: 4 }]);
  });

  test('is published with what its zone is, changes the directory revision, and is read and listed', async () => {
    const made = await publish(OFFICE);
    expect(made.status).toBe(201);
    expect((await environment()).directoryRevision).toBe(made.seq);
    expect(made.body).toMatchObject({
      name: 'office',
      zone: 'Europe/Berlin',
      effectiveFrom: '2026-03-27T15:00:00.000Z',
    });
    expect(made.body.offsets).toContainEqual({ from: '2026-03-29T01:00:00.000Z', seconds: 7200 });
    expect(made.body.offsets).toContainEqual({ from: '2026-10-25T01:00:00.000Z', seconds: 3600 });
    const { versions, ...newest } = (await api.ok('getCalendar', { params: { name: 'office' } })).body;
    expect(newest).toEqual(made.body);
    expect(versions).toHaveLength(1);
    expect((await api.ok('listCalendars')).body.items).toMatchObject([
      { name: 'office', digest: made.body.digest },
    ]);
    await api.refused('getCalendar', 'not-found', { params: { name: 'none' } });
  });

  test('with the newest content leaves no entry', async () => {
    const { head } = await environment();
    expect((await publish(OFFICE)).status).toBe(200);
    expect((await environment()).head).toBe(head);
  });

  test('reckons what is promised, reminded and ended: over a weekend and the change of the clocks', async () => {
    await api.ok('publishDefinition', {
      body: { source: definition('{ zone: Europe/Berlin, calendar: office }') },
    });
    // Friday, 27 March, 16:00 in Berlin.
    const { body } = await api.ok('createApprovalRequest', {
      body: { definition: 'letters', requester: 'req', fields: {} },
    });
    expect([body.dueAt, body.expiresAt]).toEqual(['2026-03-31T14:00:00.000Z', '2026-04-03T14:00:00.000Z']);
    const entries = (await api.ok('listEvents', { query: { limit: 200 } })).body.items;
    const opened = entries.find(({ event }) => event.type === 'step.opened');
    expect(opened?.event).toMatchObject({ timers: { 'remind:lead:0': '2026-03-30T14:00:00.000Z' } });
    const entry = (await api.ok('getAuditEntry', { params: { seq: opened?.seq ?? 0 } })).body;
    expect(Buffer.from(entry.leaf, 'base64').toString()).toContain('"calendar:office":');
  });

  test('that changes moves no deadline that stands, and bears on the next request', async () => {
    const before = (await api.ok('listApprovalRequests')).body.items[0];
    await publish(OFFICE.replace('2026-04-03: Good Friday', '2026-03-30: Move, 2026-04-03: Good Friday'));
    expect((await api.ok('listApprovalRequests')).body.items[0]?.dueAt).toBe(before?.dueAt);
    const { body } = await api.ok('createApprovalRequest', {
      body: { definition: 'letters', requester: 'req', fields: {} },
    });
    expect(body.dueAt).toBe('2026-04-01T14:00:00.000Z');
  });

  test.each([
    ['an unknown zone', 'calendar: x\nzone: Europe/Bonn\n'],
    ['another zone than it had', OFFICE.replace('Europe/Berlin', 'UTC')],
    ['no YAML', 'calendar: ['],
  ])('with %s is refused', async (_what, source) => {
    const { head } = await environment();
    const { problem } = await api.refused('publishCalendar', 'calendar-invalid', { body: { source } });
    expect(problem.errors[0]?.field).toEqual(expect.any(String));
    expect((await environment()).head).toBe(head);
  });

  test('in another zone than the definition says is refused there', async () => {
    const { problem } = await api.refused('publishDefinition', 'definition-invalid', {
      body: { source: definition('{ zone: Europe/Paris, calendar: office }') },
    });
    expect(problem.errors).toMatchObject([{ field: 'time.zone', code: 'bad-value' }]);
  });
});
