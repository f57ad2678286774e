import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Patterns } from '../../test/growth/multiply.ts';
import type { Cast } from '../lifecycle/orders.ts';
import type { Server } from '../lifecycle/processes.ts';

type Made = { readonly id: string; readonly revision: { readonly digest: string } };

/** Files two real orders, has one approved, and waits until both can be found by their words. */
export async function patterns(server: Server, cast: Cast): Promise<Patterns> {
  const region = cast.regions[0];
  const [head = '', finance = ''] = region?.approvers ?? [];
  const call = async (method: string, at: string, body?: unknown, headers = {}): Promise<unknown> => {
    const response = await fetch(`${server.url}${at}`, {
      method,
      headers: {
        Authorization: `Bearer ${server.key}`,
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${at} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const file = async (reference: string) =>
    (await call('POST', '/v1/approval-requests', {
      definition: 'bench-purchase',
      requester: cast.requesters[0],
      externalReference: reference,
      fields: {
        supplier: 'Northwind Tools',
        amount: { amount: '18400.00', currency: 'EUR' },
        region: region?.name,
        costCenter: 'CC-204',
      },
    })) as Made;
  const open = await file('PATTERN-1');
  const closed = await file('PATTERN-2');
  for (const [i, person] of [head, finance].entries())
    await call(
      'POST',
      `/v1/assignments/asg_${closed.id.slice(4)}_${i + 1}/decisions`,
      { decision: 'approve', revision: closed.revision.digest },
      { 'Countersign-Act-For': person },
    );
  for (;;) {
    const { items } = (await call('GET', '/v1/approval-requests?q=pattern')) as { items: unknown[] };
    if (items.length === 2) break;
    await sleep(100);
  }
  const { id: environment } = (await call('GET', '/v1/environment')) as { id: string };
  const people = cast.regions.map(({ approvers }) => approvers[0] ?? '');
  return { environment, open: open.id, closed: closed.id, person: head, people };
}
