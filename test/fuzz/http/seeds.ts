/** What the fuzzed environment starts with: definitions with every kind of step, a matrix, and people to decide. */
export const SPENDING = `
definition: spending
title: Spending
number: SP-{year}-{seq}
observers: [{ group: legal }]
limits: { large: 1000 EUR }
fields:
  amount: { type: money, required: true }
  purpose: { type: text, max: 100000 }
  iban: { type: text, personal: true }
  region: { type: enum, of: [EMEA, APAC] }
separate:
  - different: [lead, finance]
route:
  - approve: lead
    by: { role: lead }
    reviews: [amount]
    bulk: true
  - approve: finance
    when: amount > limits.large
    by: { group: finance }
    need: 2
    decisions: [approve, reject, return, abstain]
reopen: { by: { role: lead } }
due: 10 days
`;

export const VENDOR = `
definition: vendor
title: { en: Vendor, de: Lieferant }
limits: { some: 100 EUR }
money: { currency: EUR }
fields:
  name: { type: text, required: true, max: 200 }
  risk: { type: integer }
  owner: { type: person }
  region: { type: enum, of: [EMEA, APAC] }
  amount: { type: money }
  since: date
  tags: { type: list, items: text, max: 5 }
documents:
  proof: { many: true }
route:
  - check: screening
    ask: erp.screening
    within: 1 hour
    else: { fail: return, unknown: hold }
  - parallel:
      - approve: legal
        when: risk > 3
        by: { group: legal }
        need: all
      - approve: owner
        by: { field: owner }
        fallback: { role: lead }
        decisions: [approve, reject, return, abstain]
      - approve: spend
        when: amount > limits.some
        by: { matrix: spend, amount: =amount, region: =region }
  - choose:
      - when: risk < 2
        pass: Low risk
      - otherwise:
          - approve: line
            by: { managerOf: requester, levels: 2 }
reopen: { by: { role: lead } }
expire: 60 days
`;

export const MATRIX = `
matrix: spend
currency: EUR
effectiveFrom: 2026-01-01
table: |
  | region | up to      | approver   |
  | ------ | ---------- | ---------- |
  | EMEA   | 5,000 EUR  | role lead  |
  | any    | 50,000 EUR | group finance |
  | any    | no limit   | role lead  |
`;

export const PEOPLE = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'];
