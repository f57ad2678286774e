import { randomUUID } from 'node:crypto';
import type { Command } from './journal.ts';
import type { Request } from './line.ts';

const DEFINITION = `
definition: order
title: Order
fields:
  amount: { type: money, required: true }
route:
  - approve: lead
    by: { role: lead }
`;

/** Whom the load acts for, in a sandbox that was empty. */
export type World = { readonly secret: string; readonly approver: string };

export async function populate(url: string, secret: string): Promise<World> {
  const post = async (path: string, body: unknown): Promise<string> => {
    const headers = {
      Authorization: `Bearer ${secret}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return text;
  };
  const person = (name: string) => ({
    change: 'person',
    userName: name,
    name,
    email: `${name}@example.com`,
  });
  const changed: { people: { id: string; userName: string }[] } = JSON.parse(
    await post('/v1/directory/changes', {
      changes: [person('ann'), person('req'), { change: 'role', role: 'lead', op: 'set', persons: ['ann'] }],
    }),
  );
  await post('/v1/definitions', { source: DEFINITION });
  const approver = changed.people.find(({ userName }) => userName === 'ann')?.id;
  if (approver === undefined) throw new Error('the directory did not answer whom it made');
  return { secret, approver };
}

function command(world: World, path: string, body: string, more: Request['headers']): Command {
  const key = randomUUID();
  const headers = {
    Authorization: `Bearer ${world.secret}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': key,
    'Correlation-Id': key,
    ...more,
  };
  return { key, request: { method: 'POST', path, headers, body } };
}

/** Without an external reference: a request that was filed twice would stand there twice, and be seen. */
export const filed = (world: World): Command =>
  command(
    world,
    '/v1/approval-requests',
    JSON.stringify({
      definition: 'order',
      requester: 'req',
      fields: { amount: { amount: '100.00', currency: 'EUR' } },
    }),
    {},
  );

/** @param answer body of the answer to `filed`. */
export function approved(world: World, answer: string): Command {
  const request: { assignments: { id: string }[]; revision: { digest: string } } = JSON.parse(answer);
  return command(
    world,
    `/v1/assignments/${request.assignments[0]?.id}/decisions`,
    JSON.stringify({ decision: 'approve', revision: request.revision.digest }),
    { 'Countersign-Act-For': world.approver },
  );
}

export const uploaded = (world: World, bytes: number): Command =>
  command(world, '/v1/documents', randomUUID().padEnd(bytes, 'x'), {
    'Content-Type': 'application/octet-stream',
  });
