import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { samplePdf } from '../../sandbox/sandbox.pdf.ts';
import { company, file } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api);
const person = (name: string): string => who[name] ?? '';
const as = (name: string) => api.actingFor(person(name));

const at = (request: string) => ({ params: { request } });
const say = (name: string, request: string, visibility: 'internal' | 'requester', text: string) =>
  as(name).ok('addComment', { ...at(request), body: { visibility, text } });
const textsFor = async (one: typeof api, request: string): Promise<(string | null)[]> =>
  (await one.ok('listComments', at(request))).body.items.map((c) => c.text);

describe('comments', () => {
  it('internal ones are for those who are asked and for systems; the others for all', async () => {
    const { id, revision } = await file(api);
    await say('req', id, 'requester', 'Please hurry');
    const made = await say('ann', id, 'internal', 'Smells odd');
    expect(made.body).toMatchObject({
      by: person('ann'),
      visibility: 'internal',
      text: 'Smells odd',
      erased: false,
    });
    for (const one of [as('ann'), api])
      expect(await textsFor(one, id)).toEqual(['Please hurry', 'Smells odd']);
    for (const name of ['req', 'eve']) expect(await textsFor(as(name), id)).toEqual(['Please hurry']);
    const told = async (name: string) =>
      (await as(name).ok('getHistory', { ...at(id), query: { limit: 200 } })).body.items.filter(
        ({ event }) => event.type === 'comment.added',
      ).length;
    expect([await told('req'), await told('ann')]).toEqual([1, 2]);
    expect((await api.ok('getApprovalRequest', at(id))).body.revision).toEqual(
      expect.objectContaining(revision),
    );
  });

  it('are pages without holes, whoever reads them', async () => {
    const { id } = await file(api);
    for (const n of [1, 2, 3, 4]) await say('ann', id, n % 2 === 0 ? 'internal' : 'requester', `c${n}`);
    const first = await as('req').ok('listComments', { ...at(id), query: { limit: 1 } });
    expect(first.body.items.map((c) => c.text)).toEqual(['c1']);
    const cursor = first.body.nextCursor ?? '';
    const second = await as('req').ok('listComments', { ...at(id), query: { limit: 1, cursor } });
    expect([second.body.items.map((c) => c.text), second.body.nextCursor]).toEqual([['c3'], null]);
  });

  it('are sealed in the log, and their answer is repeated without being kept in plain', async () => {
    const { id } = await file(api);
    const body = { visibility: 'requester' as const, text: 'Vanadium for Vera' };
    const idempotencyKey = crypto.randomUUID();
    const first = await as('ann').ok('addComment', { ...at(id), body, idempotencyKey });
    const again = await as('ann').ok('addComment', { ...at(id), body, idempotencyKey });
    expect(again.body).toEqual(first.body);
    const { body: events } = await api.ok('getHistory', at(id));
    expect(JSON.stringify(events)).not.toContain('Vanadium');
  });

  it('are erased with their writer', async () => {
    const more = await api.ok('changeDirectory', {
      body: {
        changes: [
          { change: 'person', userName: 'tom' },
          { change: 'role', role: 'lead', op: 'add', persons: ['tom'] },
        ],
      },
    });
    const tom = more.body.people.find((p) => p.userName === 'tom')?.id ?? '';
    const { id } = await file(api);
    const body = { visibility: 'requester' as const, text: 'I was here' };
    await api.actingFor(tom).ok('addComment', { ...at(id), body });
    expect(await textsFor(api, id)).toEqual(['I was here']);
    await api.ok('createErasure', { body: { subject: tom } });
    expect((await api.ok('listComments', at(id))).body.items).toMatchObject([{ text: null, erased: true }]);
  });

  it('of systems are erased with their request, and no more are taken', async () => {
    const { id } = await file(api);
    const body = { visibility: 'requester' as const, text: 'Tom called' };
    await api.ok('addComment', { ...at(id), body });
    await api.ok('createErasure', { body: { subject: id } });
    expect(await textsFor(api, id)).toEqual([null]);
    await api.refused('addComment', 'erased', { ...at(id), body });
  });

  it('carry supporting files, which the revision does not name', async () => {
    const { id } = await file(api);
    const { body: document } = await api.ok('uploadDocument', { body: samplePdf(['offer']) });
    const files = [{ document: document.id, version: 1 }];
    const body = { visibility: 'requester' as const, files };
    const { body: made } = await as('req').ok('addComment', { ...at(id), body });
    expect(made).toMatchObject({
      text: null,
      erased: false,
      files: [{ ...files[0], sha256: expect.any(String) }],
    });
    expect((await api.ok('getApprovalRequest', at(id))).body.revision.documents).toEqual({});
    const { problem } = await as('req').refused('addComment', 'document-invalid', {
      ...at(id),
      body: { ...body, files: [{ document: document.id, version: 9 }] },
    });
    expect(problem.errors).toMatchObject([{ field: 'files[0]', code: 'unknown-document' }]);
  });

  it('are refused to bystanders, and internal ones to the requester', async () => {
    const { id } = await file(api);
    const body = { visibility: 'internal', text: 'Hm' };
    await as('eve').refused('addComment', 'not-allowed', { ...at(id), body });
    await as('req').refused('addComment', 'not-allowed', { ...at(id), body });
    await as('ann').refused('addComment', 'validation-failed', {
      ...at(id),
      body: { visibility: 'internal' },
    });
  });
});
