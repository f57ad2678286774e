import { createHash } from 'node:crypto';
import { type RouteId, routeIds, type routes, routeTable } from '@countersign/contract';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import type { TestApi } from '../../../../test/support/api.ts';
import { testServer } from '../../../../test/support/server.ts';
import { samplePdf } from '../sandbox/sandbox.pdf.ts';

// No readers of the log: what follows from a change is another command, with an entry of its own.
const server = await testServer({ settings: { mode: 'api' } });
const { api } = server;
const database = new pg.Client({ connectionString: server.database.ownerUrl });
await database.connect();
afterAll(() => database.end());

type Mutating = {
  [Id in RouteId]: (typeof routes)[Id] extends { readonly mutating: true } ? Id : never;
}[RouteId];
const mutating = routeIds.filter((id): id is Mutating => routeTable[id].mutating);

const source = (name: string, first = '') => `
definition: ${name}
title: Traced
fields: { amount: { type: money, required: true } }
route:
${first}  - approve: lead
    by: { role: lead }
reopen: { by: { role: lead } }
`;
const CHECK = `  - check: budget
    ask: erp.budget
    within: 1 hour
    else: { fail: reject, unknown: hold }
`;
const SECOND = `  - approve: second
    by: { role: lead }
reopen`;
const OVERRIDE = `    override:
      by: { role: duty }
      review: { role: lead }
reasons: { override: { outage: The system is down } }
reopen`;
const LISTED = `    bulk: true
reopen`;
const MATRIX = `
matrix: spend
currency: EUR
effectiveFrom: 2020-01-01
table: |
  | region | up to    | approver  |
  | ------ | -------- | --------- |
  | any    | no limit | role lead |
`;

const people = (
  await api.ok('changeDirectory', {
    body: {
      changes: [
        ...['ann', 'bob', 'req', 'gone', 'duty'].map((userName) => ({ change: 'person' as const, userName })),
        { change: 'role', role: 'lead', op: 'set', persons: ['ann', 'bob'] },
        { change: 'role', role: 'duty', op: 'set', persons: ['duty'] },
      ],
    },
  })
).body.people;
const idOf = (userName: string): string => people.find((one) => one.userName === userName)?.id ?? '';
await api.ok('publishDefinition', { body: { source: source('traced') } });
await api.ok('publishDefinition', { body: { source: source('checked', CHECK) } });
await api.ok('publishDefinition', { body: { source: source('two-steps').replace('reopen', SECOND) } });
await api.ok('publishDefinition', { body: { source: source('overridable').replace('reopen', OVERRIDE) } });
await api.ok('publishDefinition', { body: { source: source('listed').replace('reopen', LISTED) } });
const ann = api.actingFor(idOf('ann'));
const requester = api.actingFor(idOf('req'));

const fields = { amount: { amount: '10.00', currency: 'EUR' } };
const file = async (definition = 'traced', draft = false) =>
  (await api.ok('createApprovalRequest', { body: { definition, requester: 'req', fields, draft } })).body;
const placeOf = (request: Awaited<ReturnType<typeof file>>, person = 'ann'): string =>
  request.assignments.find((one) => one.person === idOf(person))?.id ?? '';
const decide = (by: TestApi, request: Awaited<ReturnType<typeof file>>) =>
  by.ok('decideAssignment', {
    params: { assignment: placeOf(request) },
    body: { decision: 'approve', revision: request.revision.digest },
  });
const overrides = (request: Awaited<ReturnType<typeof file>>) =>
  api.actingFor(idOf('duty')).ok('overrideStep', {
    params: { request: request.id, step: 'lead' },
    body: { revision: request.revision.digest, reason: 'outage' },
  });
const adds = (request: Awaited<ReturnType<typeof file>>, as: 'approver' | 'adviser') =>
  ann.ok('addControl', {
    params: { assignment: placeOf(request) },
    body: { person: as === 'approver' ? 'duty' : 'req', as, revision: request.revision.digest },
  });
const account = async () =>
  (await api.ok('createServiceAccount', { body: { name: `s${crypto.randomUUID().slice(0, 8)}` } })).body.id;
const delegation = {
  to: idOf('bob'),
  starts: new Date(Date.now() + 60_000).toISOString(),
  ends: new Date(Date.now() + 600_000).toISOString(),
};
const pdf = samplePdf(['traced']);

/** A change of a matrix that waits for its approval. */
const proposed = async (name: string): Promise<string> => {
  const text = MATRIX.replace('matrix: spend', `matrix: ${name}\napprovedBy: role lead`);
  await api.ok('publishMatrix', { body: { source: text } });
  const { body } = await requester.ok('publishMatrix', { body: { source: text.replace('2020', '2021') } });
  return body.digest;
};

/** For each changing route: what it needs first, then the one call. A new route does not compile without its line. */
const calls: { readonly [Id in Mutating]: () => Promise<() => Promise<{ seq: number; leaf: string }>> } = {
  createApprovalRequest: async () => () =>
    api.ok('createApprovalRequest', { body: { definition: 'traced', requester: 'req', fields } }),
  submitApprovalRequest: async () => {
    const { id } = await file('traced', true);
    return () => requester.ok('submitApprovalRequest', { params: { request: id }, body: {} });
  },
  reviseApprovalRequest: async () => {
    const { id, revision } = await file();
    const body = { expected: revision.digest, fields: { amount: { amount: '11.00', currency: 'EUR' } } };
    return () => requester.ok('reviseApprovalRequest', { params: { request: id }, body });
  },
  cancelApprovalRequest: async () => {
    const { id } = await file();
    return () => requester.ok('cancelApprovalRequest', { params: { request: id }, body: {} });
  },
  reopenApprovalRequest: async () => {
    const request = await file();
    await decide(ann, request);
    return () => ann.ok('reopenApprovalRequest', { params: { request: request.id }, body: {} });
  },
  holdApprovalRequest: async () => {
    const { id } = await file();
    return () => requester.ok('holdApprovalRequest', { params: { request: id }, body: { reason: 'Wait' } });
  },
  releaseApprovalRequest: async () => {
    const { id } = await file();
    await requester.ok('holdApprovalRequest', { params: { request: id }, body: { reason: 'Wait' } });
    return () => requester.ok('releaseApprovalRequest', { params: { request: id }, body: {} });
  },
  answerCheck: async () => {
    const { id } = await file('checked');
    return () => api.ok('answerCheck', { params: { request: id, step: 'budget' }, body: { answer: 'pass' } });
  },
  recordEffect: async () => {
    const request = await file();
    await decide(ann, request);
    const { token } = (await api.ok('getApprovalToken', { params: { request: request.id } })).body;
    const body = { effect: 'payment', state: 'done' as const, token };
    return () => api.ok('recordEffect', { params: { request: request.id }, body });
  },
  addComment: async () => {
    const { id } = await file();
    const body = { visibility: 'requester' as const, text: 'Why now?' };
    return () => ann.ok('addComment', { params: { request: id }, body });
  },
  decideAssignment: async () => {
    const request = await file();
    return () => decide(ann, request);
  },
  decideInBulk: async () => {
    const request = await file('listed');
    const items = [{ assignment: placeOf(request), revision: request.revision.digest }];
    return async () => {
      const [only] = (await ann.ok('decideInBulk', { body: { decision: 'approve', items } })).body.results;
      if (only?.result !== 'recorded') throw new Error(JSON.stringify(only));
      return only;
    };
  },
  reassignAssignment: async () => {
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'role', role: 'lead', op: 'set', persons: ['ann'] }] },
    });
    const request = await file();
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'role', role: 'lead', op: 'set', persons: ['ann', 'bob'] }] },
    });
    return () =>
      ann.ok('reassignAssignment', { params: { assignment: placeOf(request) }, body: { to: idOf('bob') } });
  },
  reworkAssignment: async () => {
    const request = await file('two-steps');
    const { body } = await ann.ok('decideAssignment', {
      params: { assignment: placeOf(request) },
      body: { decision: 'approve', revision: request.revision.digest },
    });
    const { items } = (
      await api.ok('listAssignments', { query: { request: body.request.id, person: idOf('ann') } })
    ).body;
    const assignment = items[0]?.id ?? '';
    const input = { to: 'lead', revision: request.revision.digest };
    return () => ann.ok('reworkAssignment', { params: { assignment }, body: input });
  },
  addControl: async () => {
    const request = await file();
    return () => adds(request, 'approver');
  },
  giveAdvice: async () => {
    const { body } = await adds(await file(), 'adviser');
    const params = { addition: body.additions[0]?.id ?? '' };
    return () => requester.ok('giveAdvice', { params, body: { comment: 'Ask for two offers' } });
  },
  takeControlAway: async () => {
    const { body } = await adds(await file(), 'adviser');
    const params = { addition: body.additions[0]?.id ?? '' };
    return () => ann.ok('takeControlAway', { params, body: { reason: 'Not needed' } });
  },
  ratifyDecision: async () => {
    const starts = new Date(Date.now() - 60_000).toISOString();
    const body = { ...delegation, starts, to: idOf('duty') };
    await ann.ok('createDelegation', { body });
    const request = await file();
    const made = await decide(api.actingFor(idOf('duty')), request);
    return () => ann.ok('ratifyDecision', { params: { decision: made.body.decision.id }, body: {} });
  },
  overrideStep: async () => {
    const request = await file('overridable');
    return () => overrides(request);
  },
  reviewOverride: async () => {
    const { body } = await overrides(await file('overridable'));
    const params = { override: body.overrides[0]?.id ?? '' };
    return () => ann.ok('reviewOverride', { params, body: { finding: 'justified' } });
  },
  createDelegation: async () => () => ann.ok('createDelegation', { body: delegation }),
  revokeDelegation: async () => {
    const { id } = (await ann.ok('createDelegation', { body: delegation })).body;
    return () => ann.ok('revokeDelegation', { params: { delegation: id }, body: {} });
  },
  publishDefinition: async () => () => api.ok('publishDefinition', { body: { source: source('another') } }),
  publishCalendar: async () => () =>
    api.ok('publishCalendar', { body: { source: 'calendar: office\nzone: Europe/Berlin\n' } }),
  publishExchangeRates: async () => () =>
    api.ok('publishExchangeRates', {
      body: { source: 'ecb', date: '2026-01-05', base: 'EUR', rates: { USD: '1.1' } },
    }),
  publishMatrix: async () => () => api.ok('publishMatrix', { body: { source: MATRIX } }),
  approveMatrix: async () => {
    const body = { digest: await proposed('approved') };
    return () => ann.ok('approveMatrix', { params: { name: 'approved' }, body });
  },
  rejectMatrix: async () => {
    const body = { digest: await proposed('rejected') };
    return () => ann.ok('rejectMatrix', { params: { name: 'rejected' }, body });
  },
  uploadDocument: async () => () => api.ok('uploadDocument', { body: pdf }),
  uploadDocumentVersion: async () => {
    const { id } = (await api.ok('uploadDocument', { body: pdf })).body;
    return () => api.ok('uploadDocumentVersion', { params: { document: id }, body: samplePdf(['second']) });
  },
  changeDirectory: async () => () =>
    api.ok('changeDirectory', { body: { changes: [{ change: 'person', userName: 'new' }] } }),
  createErasure: async () => () => api.ok('createErasure', { body: { subject: idOf('gone') } }),
  createServiceAccount: async () => () => api.ok('createServiceAccount', { body: { name: 'traced' } }),
  createApiKey: async () => {
    const serviceAccount = await account();
    return () => api.ok('createApiKey', { body: { serviceAccount, scopes: ['events:read'] } });
  },
  revokeApiKey: async () => {
    const serviceAccount = await account();
    const made = await api.ok('createApiKey', { body: { serviceAccount, scopes: ['events:read'] } });
    return () => api.ok('revokeApiKey', { params: { key: made.body.id }, body: {} });
  },
  handleSetAsideEntry: async () => {
    const { rows } = await database.query<{ seq: number }>(
      `insert into countersign.poison (environment_id, reader, seq, error)
       select environment_id, 'search', seq, 'Error' from countersign.head where environment_id = $1 returning seq`,
      [server.environment],
    );
    const params = { seq: Number(rows[0]?.seq) };
    return () => api.ok('handleSetAsideEntry', { params, body: { reader: 'search' } });
  },
  setClock: async () => () => api.ok('setClock', { body: { mode: 'running' } }),
};

const head = async (): Promise<number> => (await api.ok('getEnvironment')).body.head;

test.each(mutating)('%s leaves exactly one entry, of its kind, named by its receipt', async (id) => {
  const call = await calls[id]();
  const before = await head();
  const { seq, leaf } = await call();
  expect([seq, await head()]).toEqual([before + 1, before + 1]);
  const { rows } = await database.query<{ leaf: Buffer }>(
    'select leaf from countersign.entry where environment_id = $1 and seq = $2',
    [server.environment, seq],
  );
  const bytes = rows[0]?.leaf ?? Buffer.alloc(0);
  // RFC 6962 2.1
  expect(leaf).toBe(createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex'));
  const entry = JSON.parse(bytes.toString('utf8'));
  expect(entry).toMatchObject({ v: 1, environment: server.environment, kind: routeTable[id].stream });
  expect(entry.events.length).toBeGreaterThan(0);
  expect(['person', 'service']).toContain(entry.command.actor.kind);
});

test('reading leaves none', async () => {
  const { id } = await file();
  const before = await head();
  await api.ok('getApprovalRequest', { params: { request: id } });
  await api.ok('listApprovalRequests');
  await api.ok('getHistory', { params: { request: id } });
  await api.ok('explainApprovalRequest', { params: { request: id } });
  await api.ok('checkDefinition', { body: { source: source('checked-only') } });
  await api.ok('previewApprovalRequest', { body: { definition: 'traced', requester: 'req', fields } });
  await api.ok('introspectApprovalToken', { body: { token: 'none' } });
  await api.any('getHome');
  expect(await head()).toBe(before);
});
