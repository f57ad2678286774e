import { randomUUID } from 'node:crypto';
import { scopeNames } from '@countersign/contract';
import type { Cast } from './orders.ts';

const REGIONS = 10;
const REQUESTERS = 200;

/** A matrix by region, a condition over money, a limit and a separation of duties: what an order's route has. */
const definition = `definition: bench-purchase
title: Purchase order
limits: { review: 5000 EUR }
money: { currency: EUR }
fields:
  supplier: { type: text, required: true, max: 200 }
  amount: { type: money, required: true }
  region: { type: text, required: true, max: 40 }
  costCenter: { type: text, required: true, max: 40 }
separate:
  - different: [budget, finance]
route:
  - approve: budget
    by: { matrix: bench-spend, amount: =amount, region: =region }
    reviews: [amount, region, costCenter]
  - approve: finance
    when: amount > limits.review
    by: { group: bench-finance }
    reviews: [supplier, amount, costCenter]
`;

const matrix = (regions: readonly string[]): string => `matrix: bench-spend
currency: EUR
effectiveFrom: 2026-01-01
table: |
  | region | up to | approver |
  | ------ | ----- | -------- |
${regions.map((name) => `  | ${name} | 5,000 EUR | role lead-${name} |\n  | ${name} | 50,000 EUR | role head-${name} |`).join('\n')}
  | any | no limit | role bench-cfo |
`;

type Made = { readonly id: string; readonly secret: string; readonly people: readonly { id: string }[] };

/** People, roles, matrix, definition and two keys: one files, one decides for people. */
export async function setUp(url: string, key: string): Promise<Cast> {
  const post = async (path: string, body: unknown): Promise<Made> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': randomUUID(),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    const made: Made = JSON.parse(text);
    return made;
  };
  const regions = Array.from({ length: REGIONS }, (_, i) => `r${i}`);
  const person = (userName: string) => ({ change: 'person', userName, name: userName });
  const role = (name: string, holder: string) => ({
    change: 'role',
    role: name,
    op: 'set',
    persons: [holder],
  });
  const requesters = Array.from({ length: REQUESTERS }, (_, i) => `bench.requester${i}`);
  const heads = regions.map((name) => `bench.head-${name}`);
  const { people } = await post('/v1/directory/changes', {
    changes: [
      person('bench.finance'),
      ...heads.map(person),
      person('bench.lead'),
      ...requesters.map(person),
      ...regions.flatMap((name, i) => [
        role(`lead-${name}`, 'bench.lead'),
        role(`head-${name}`, heads[i] ?? ''),
      ]),
      role('bench-cfo', 'bench.lead'),
      { change: 'group', group: 'bench-finance', op: 'set', persons: ['bench.finance'] },
    ],
  });
  const ids = people.map(({ id }) => id);
  await post('/v1/matrices', { source: matrix(regions) });
  await post('/v1/definitions', { source: definition });
  const keyWith = async (name: string, scopes: readonly string[]): Promise<string> => {
    const account = await post('/v1/service-accounts', { name });
    return (await post('/v1/api-keys', { serviceAccount: account.id, scopes })).secret;
  };
  return {
    requesters,
    regions: regions.map((name, i) => ({ name, approvers: [ids[i + 1] ?? '', ids[0] ?? ''] })),
    filing: await keyWith('bench-source', ['requests:write', 'requests:read']),
    deciding: await keyWith(
      'bench-inbox',
      scopeNames.filter((s) => /^(decisions:write|act-for)$/.test(s)),
    ),
  };
}
