import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur, file, placeOf } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api);
const person = (name: string): string => who[name] ?? '';

const decide = async (
  request: { id: string; revision: { digest: string } },
  name: string,
  decision: 'approve' | 'reject' | 'return' | 'abstain',
) =>
  api.ok('decideAssignment', {
    params: { assignment: await placeOf(api, request.id, person(name)) },
    body: { decision, revision: request.revision.digest },
    actFor: person(name),
  });

describe('a request from filing to outcome', () => {
  it('is routed by its amount, decided by people, and explains itself', async () => {
    const request = await file(api, '2500.00');
    await decide(request, 'ann', 'approve');
    await decide(request, 'bob', 'approve');
    const last = await decide(request, 'cyd', 'approve');
    expect(last.body.request).toMatchObject({ status: 'closed', outcome: 'approved' });
    expect(last.seq).toBeGreaterThan(0);
    const { body } = await api.ok('explainApprovalRequest', {
      params: { request: request.id },
      query: { person: person('dan') },
    });
    expect(body.answers.find((a) => a.step === 'finance')).toMatchObject({ verdict: 'no-longer-required' });
  });

  it('a small one skips finance and says by which clause', async () => {
    const request = await file(api, '1000.00');
    await decide(request, 'ann', 'approve');
    const { body } = await api.ok('explainApprovalRequest', {
      params: { request: request.id },
      query: { step: 'finance' },
    });
    expect(body.answers[0]).toMatchObject({
      verdict: 'skipped',
      why: { rule: 'when-false', inputs: { 'fields.amount': eur('1000.00') } },
    });
  });

  it('history tells every event in order', async () => {
    const request = await file(api);
    await decide(request, 'ann', 'reject');
    const { body } = await api.ok('getHistory', { params: { request: request.id } });
    expect(body.items.map((e) => e.event.type)).toEqual([
      'request.created',
      'request.submitted',
      'step.opened',
      'assignments.opened',
      'decision.recorded',
      'step.rejected',
      'request.rejected',
    ]);
    expect(body.items.at(4)?.actor).toMatchObject({ kind: 'person', person: person('ann') });
  });

  it('a draft is kept until it is submitted', async () => {
    const { body: draft } = await api.ok('createApprovalRequest', {
      body: { definition: 'spending', requester: 'req', draft: true, fields: { amount: eur('1.00') } },
    });
    expect(draft).toMatchObject({ status: 'draft', submittedAt: null });
    const { body } = await api.ok('submitApprovalRequest', { params: { request: draft.id }, body: {} });
    expect(body.status).toBe('in_review');
  });

  it('guide 002: the canonical payload files the same request', async () => {
    const { body } = await api.ok('createApprovalRequest', {
      body: {
        document_id: 'PO-77',
        document_type: 'spending',
        initiator: { user_id: 'req', email: 'req@example.com' },
        approvers: [],
        metadata: { amount: 12345, currency: 'EUR', purpose: 'Milling head' },
      },
    });
    expect(body).toMatchObject({ externalReference: 'PO-77', requester: person('req') });
    expect(body.revision.fields).toMatchObject({ amount: eur('12345.00'), purpose: 'Milling head' });
  });

  it('personal fields are served, and stand nowhere else in the clear', async () => {
    const request = await file(api, '10.00', { iban: 'DE02120300000000202051' });
    const { body } = await api.ok('getApprovalRequest', { params: { request: request.id } });
    expect(body.revision.fields.iban).toBe('DE02120300000000202051');
    const { body: history } = await api.ok('getHistory', { params: { request: request.id } });
    expect(JSON.stringify(history)).not.toContain('DE02120300000000202051');
  });
});

describe('a revision', () => {
  it('keeps the seal of a personal value that has not changed, so that no decision falls by it', async () => {
    const request = await file(api, '2500.00', { iban: 'DE02120300000000202051' });
    await decide(request, 'ann', 'approve');
    const revise = async (digest: string, iban: string) =>
      api.ok('reviseApprovalRequest', {
        params: { request: request.id },
        body: { expected: digest, fields: { amount: eur('2500.00'), iban } },
      });
    const { body: same } = await revise(request.revision.digest, 'DE02120300000000202051');
    const { body: history } = await api.ok('getHistory', { params: { request: request.id } });
    const changed = history.items.flatMap(({ event }) =>
      event.type === 'request.revised' ? event.changed : [],
    );
    expect(changed).toEqual([]);
    const { body: other } = await revise(same.revision.digest, 'DE89370400440532013000');
    expect(other.revision.fields.iban).toBe('DE89370400440532013000');
  });
});

describe('refusals say what, where and what to do', () => {
  it('one open request for each definition and external reference, with a link to the first', async () => {
    const body = {
      definition: 'spending',
      requester: 'req',
      externalReference: 'ONE',
      fields: { amount: eur('1.00') },
    };
    const first = await api.ok('createApprovalRequest', { body });
    const { problem } = await api.refused('createApprovalRequest', 'open-request-exists', { body });
    expect(problem.data).toMatchObject({ request: first.body.id });
    await api.ok('cancelApprovalRequest', { params: { request: first.body.id }, body: {} });
    await api.ok('createApprovalRequest', { body });
  });

  it.each([
    ['a missing field', {}, 'validation-failed', 'fields.amount'],
    ['an unknown field', { amount: eur('1.00'), colour: 'red' }, 'validation-failed', 'fields.colour'],
    ['too many decimals', { amount: eur('1.005') }, 'validation-failed', 'fields.amount'],
    [
      'an unknown currency',
      { amount: { amount: '1', currency: 'XXQ' } },
      'validation-failed',
      'fields.amount',
    ],
    [
      'a text of a megabyte',
      { amount: eur('1.00'), purpose: 'x'.repeat(1_000_000) },
      'validation-failed',
      'fields.purpose',
    ],
  ] as const)('%s', async (_name, fields, code, field) => {
    const { problem } = await api.refused('createApprovalRequest', code, {
      body: { definition: 'spending', requester: 'req', fields },
    });
    expect(problem.errors.map((e) => e.field)).toContain(field);
    expect(problem.action).not.toBe('');
  });

  it('an unknown person, definition and a missing requester', async () => {
    const fields = { amount: eur('1.00') };
    await api.refused('createApprovalRequest', 'unknown-person', {
      body: { definition: 'spending', requester: 'nobody', fields },
    });
    await api.refused('createApprovalRequest', 'unknown-definition', {
      body: { definition: 'nothing', requester: 'req', fields },
    });
    await api.refused('createApprovalRequest', 'requester-required', {
      body: { definition: 'spending', fields },
    });
  });

  it('a decision on another revision, by nobody, by somebody else', async () => {
    const request = await file(api);
    const assignment = await placeOf(api, request.id, person('ann'));
    const body = { decision: 'approve', revision: request.revision.digest };
    await api.refused('decideAssignment', 'revision-mismatch', {
      params: { assignment },
      body: { ...body, revision: '0'.repeat(64) },
      actFor: person('ann'),
    });
    await api.refused('decideAssignment', 'person-required', { params: { assignment }, body });
    await api.refused('decideAssignment', 'not-eligible', {
      params: { assignment },
      body,
      actFor: person('eve'),
    });
    await api
      .refused('decideAssignment', 'excluded', { params: { assignment }, body, actFor: person('req') })
      .catch(async () => {
        // Without a delegation the requester is told so first.
        await api.refused('decideAssignment', 'not-eligible', {
          params: { assignment },
          body,
          actFor: person('req'),
        });
      });
  });

  it('a revision says what it was made from', async () => {
    const request = await file(api);
    const params = { request: request.id };
    await api.refused('reviseApprovalRequest', 'precondition-required', {
      params,
      body: { fields: { amount: eur('2.00') } },
    });
    const { body } = await api.ok('reviseApprovalRequest', {
      params,
      body: { expected: request.revision.digest, fields: { amount: eur('2.00') } },
    });
    expect(body.revision.number).toBe(2);
    await api.refused('reviseApprovalRequest', 'revision-mismatch', {
      params,
      body: { expected: request.revision.digest, fields: { amount: eur('3.00') } },
    });
  });
});

describe('an acknowledged command has one effect', () => {
  it('the same key and body is answered again; another body is refused', async () => {
    const body = {
      definition: 'spending',
      requester: 'req',
      externalReference: 'IDEM',
      fields: { amount: eur('5.00') },
    };
    const first = await api.ok('createApprovalRequest', { body, idempotencyKey: 'idem-1' });
    const again = await api.ok('createApprovalRequest', { body, idempotencyKey: 'idem-1' });
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.seq).toBe(first.seq);
    await api.refused('createApprovalRequest', 'idempotency-key-reused', {
      body: { ...body, externalReference: 'OTHER' },
      idempotencyKey: 'idem-1',
    });
  });

  it('a decision repeated by a lost answer is answered again, not refused', async () => {
    const request = await file(api);
    const params = { assignment: await placeOf(api, request.id, person('ann')) };
    const call = {
      params,
      body: { decision: 'approve' as const, revision: request.revision.digest },
      actFor: person('ann'),
      idempotencyKey: `lost-${request.id}`,
    };
    const first = await api.ok('decideAssignment', call);
    const again = await api.ok('decideAssignment', call);
    expect(again.seq).toBe(first.seq);
  });
});

describe('lists', () => {
  it('page by page, each request once, and a cursor of other filters is refused', async () => {
    for (let i = 0; i < 5; i += 1) await file(api, '7.00', { purpose: `zebra ${i}` });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await api.ok('listApprovalRequests', {
        query: { limit: 2, order: 'created', ...(cursor ? { cursor } : {}) },
      });
      seen.push(...body.items.map((i) => i.id));
      cursor = body.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    const { body } = await api.ok('listApprovalRequests', { query: { limit: 2 } });
    await api.refused('listApprovalRequests', 'cursor-invalid', {
      query: { limit: 2, status: 'closed', cursor: body.nextCursor },
    });
  });

  it('mine: own places, and those of who has delegated to me', async () => {
    const request = await file(api);
    const mine = async (): Promise<string[]> => {
      const { body } = await api.ok('listAssignments', {
        query: { mine: 'true', limit: 200 },
        actFor: person('eve'),
      });
      return body.items.filter((a) => a.request === request.id).map((a) => a.person);
    };
    expect(await mine()).toEqual([]);
    await api.ok('createDelegation', {
      body: { from: 'ann', to: 'eve', starts: '2020-01-01T00:00:00Z', ends: '2100-01-01T00:00:00Z' },
    });
    expect(await mine()).toEqual([person('ann')]);
  });

  it('search finds the words of reference and text fields', async () => {
    const request = await file(api, '9.00', { purpose: 'Quetzalcoatl statue' });
    let found: string[] = [];
    for (let i = 0; i < 40 && found.length === 0; i += 1) {
      const { body } = await api.ok('listApprovalRequests', { query: { q: 'quetzal' } });
      found = body.items.map((r) => r.id);
      if (found.length === 0) await new Promise((done) => setTimeout(done, 100));
    }
    expect(found).toEqual([request.id]);
  });
});

describe('the outcome is acted on with a token', () => {
  it('fetched when used, refused without, void after reopening', async () => {
    const request = await file(api);
    const params = { request: request.id };
    await api.refused('getApprovalToken', 'effect-not-allowed', { params });
    await decide(request, 'ann', 'approve');
    const { body: issued } = await api.ok('getApprovalToken', { params });
    expect((await api.ok('introspectApprovalToken', { body: { token: issued.token } })).body.active).toBe(
      true,
    );
    await api.refused('recordEffect', 'approval-token-invalid', {
      params,
      body: { effect: 'payment', state: 'done', token: 'nothing' },
    });
    await api.ok('recordEffect', {
      params,
      body: { effect: 'payment', state: 'started', token: issued.token },
    });
    await api.ok('reopenApprovalRequest', { params, body: { reason: 'wrong amount' } });
    expect((await api.ok('introspectApprovalToken', { body: { token: issued.token } })).body.active).toBe(
      false,
    );
    await api.refused('recordEffect', 'approval-token-stale', {
      params,
      body: { effect: 'payment', state: 'done', token: issued.token },
    });
  });
});

describe('authority that changes while a request waits', () => {
  it('who is deactivated blocks what only they could decide; it goes on when somebody can', async () => {
    const request = await file(api);
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'person', userName: 'ann', active: false }] },
    });
    const status = async (wanted: string): Promise<string> => {
      for (let i = 0; i < 50; i += 1) {
        const { body } = await api.ok('getApprovalRequest', { params: { request: request.id } });
        if (body.status === wanted) return body.status;
        await new Promise((done) => setTimeout(done, 100));
      }
      return 'never';
    };
    expect(await status('blocked')).toBe('blocked');
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'person', userName: 'ann', active: true }] },
    });
    expect(await status('in_review')).toBe('in_review');
    await decide(request, 'ann', 'approve');
  });
});
