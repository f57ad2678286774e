import type { TestApi } from '../../../../../test/support/api.ts';

/** A small company for tests over HTTP. User names are first names. */
export type Company = { readonly [name: string]: string };

export const DEFINITION = `
definition: spending
title: Spending
limits: { large: 1000 EUR }
fields:
  amount: { type: money, required: true }
  purpose: { type: text, max: 100000 }
  iban: { type: text, personal: true }
separate:
  - different: [lead, finance]
route:
  - approve: lead
    by: { role: lead }
    reviews: [amount]
  - approve: finance
    when: amount > limits.large
    by: { group: finance }
    need: 2
    decisions: [approve, reject, return, abstain]
reopen: { by: { role: lead } }
`;

export async function company(
  api: TestApi,
  names: readonly string[] = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'],
): Promise<Company> {
  const { body } = await api.ok('changeDirectory', {
    body: {
      changes: [
        ...names.map((name) => ({
          change: 'person' as const,
          userName: name,
          name: `${name} Example`,
          email: `${name}@example.com`,
        })),
        { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
        { change: 'group', group: 'finance', op: 'set', persons: ['bob', 'cyd', 'dan'] },
      ],
    },
  });
  await api.ok('publishDefinition', { body: { source: DEFINITION } });
  return Object.fromEntries(body.people.map((p) => [p.userName, p.id]));
}

type Amount = { amount: string; currency: string };
export const eur = (amount: string): Amount => ({ amount, currency: 'EUR' });

type Filed = { readonly id: string; readonly revision: { readonly digest: string } };

let reference = 0;
export async function file(
  api: TestApi,
  amount = '500.00',
  more: { readonly purpose?: string; readonly iban?: string } = {},
): Promise<Filed> {
  reference += 1;
  const { body } = await api.ok('createApprovalRequest', {
    body: {
      definition: 'spending',
      requester: 'req',
      externalReference: `T-${reference}`,
      fields: { amount: eur(amount), ...more },
    },
  });
  return body;
}

export async function placeOf(api: TestApi, request: string, person: string): Promise<string> {
  const { body } = await api.ok('listAssignments', { query: { request, person } });
  const found = body.items[0];
  if (!found) throw new Error(`${person} has no open place in ${request}`);
  return found.id;
}
