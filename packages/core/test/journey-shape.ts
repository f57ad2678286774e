import fc from 'fast-check';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import type { MatrixVersion } from '../src/facts/model.ts';

/** What a random definition has of each kind of node. */
export type Shape = {
  readonly need: readonly [string, string];
  readonly reject: string;
  readonly whileActive: boolean;
  readonly escalate: 'add' | 'replace' | null;
  readonly fallback: boolean;
  readonly otherwise: 'ask' | 'check' | 'pass';
  readonly checkElse: string;
  readonly askAgain: string;
  readonly matrix: Pick<MatrixVersion, 'ask' | 'climb'>;
};

/** So many of each group: whoever is in both counts for one. */
const EACH = '{ g2: 1, g3: 1 }';

export const shape: fc.Arbitrary<Shape> = fc.record({
  need: fc.tuple(
    fc.constantFrom('any', 'all', '2', '50%', '67%'),
    fc.constantFrom('any', 'all', '2', '50%', '67%', EACH),
  ),
  reject: fc.constantFrom('first', 'wait', '{ atLeast: 2 }'),
  whileActive: fc.boolean(),
  escalate: fc.constantFrom('add', 'replace', null),
  fallback: fc.boolean(),
  otherwise: fc.constantFrom('ask', 'check', 'pass'),
  checkElse: fc.constantFrom('reject', 'hold', 'return'),
  askAgain: fc.constantFrom('changed', 'always'),
  matrix: fc.record({ ask: fc.constantFrom('first', 'chain'), climb: fc.boolean() }),
});

export function yamlOf(s: Shape): string {
  const escalate =
    s.escalate === null ? '' : `\n    escalate: { after: 2 days, ${s.escalate}: { group: g3 } }`;
  const third = 'approve: third\n            by';
  const check = `- check: budget
            ask: erp.budget
            with: { sum: =amount }
            within: 2 hours
            else: { fail: ${s.checkElse}, unknown: hold }`;
  const tail = {
    ask: `- ${third}: { matrix: spend, amount: =amount }`,
    check: `${check}\n          - ${third}: { any: [{ matrix: spend, amount: =amount }, { group: g3 }] }`,
    pass: 'pass: Below the limit, policy FIN-1',
  }[s.otherwise];
  return `
definition: journey
title: Journey
limits: { small: 100 EUR, large: 1000 EUR }
fields:
  amount: { type: money }
  note: { type: text }
separate:
  - different: [first, second]
expire: 20 days
reasons: { override: { outage: Outage } }
route:
  - approve: first
    by: { group: g1 }
    need: ${s.need[0]}
    reject: ${s.reject}
    reviews: [amount]
    askAgain: ${s.askAgain}
    whileActive: ${s.whileActive}
    remind: [24 hours]
    override: { by: { any: [{ group: g1 }, { group: g3 }] }, review: { group: g2 } }
    decisions: [approve, reject, return, abstain]${escalate}${s.fallback ? '\n    fallback: { group: g3 }' : ''}
  - parallel:
      - approve: second
        by: ${s.need[1] === EACH ? '{ any: [{ group: g2 }, { group: g3 }] }' : '{ group: g2 }'}
        override: { by: { group: g3 }, review: { group: g1 } }
        need: ${s.need[1]}
        decisions: [approve, reject, return, abstain]
      - check: risk
        when: amount > limits.large
        ask: erp.risk
        within: 1 hour
        else: { fail: return, unknown: ${s.checkElse} }
  - choose:
      - when: amount < limits.small
        pass: Small, policy FIN-2
        steps:
          - approve: desk
            by: { group: g3 }
            carry: same-person
      - otherwise:
          ${tail}
`;
}

export const spendOf = ({ matrix: { ask, climb } }: Shape): DirectoryEvent => ({
  type: 'matrix.published',
  version: {
    matrix: 'spend',
    digest: 'd',
    effectiveFrom: '2026-01-01T00:00:00.000Z',
    currency: 'EUR',
    columns: [],
    ask,
    climb,
    fallback: climb ? { group: 'g2' } : null,
    rows: [
      { id: 'r1', cells: [], upTo: '1000', approver: { user: 'dan' } },
      { id: 'r2', cells: [], upTo: null, approver: { group: 'g1' } },
    ],
  },
});
