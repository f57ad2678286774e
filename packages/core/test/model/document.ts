import type { Chance } from '../../../../test/simulation/world/chance.ts';
import type { Json } from '../../src/values.ts';

/** A definition as it is written, in JSON. */
export type Document = { readonly [key: string]: Json };

/** A random definition with everything that the reference model knows, and publishing would take. */
export function documentOf(c: Chance): Document {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const route = nodes(c, names, 1 + c.below(3), 0);
  const steps = approveSteps(route);
  const different = c.happens(0.4) && steps.length > 1 ? [{ different: some(c, steps, 2) }] : [];
  const never = c.happens(0.15) ? [{ never: some(c, IDENTITIES, 0) }] : [];
  return {
    definition: 'random',
    title: 'Random',
    limits: { small: '100 EUR', large: '1000 EUR' },
    fields: { amount: 'money', level: 'integer', urgent: 'boolean', note: 'text', lead: 'person' },
    reasons: { override: { outage: 'Outage' } },
    separate: [...never, ...different],
    ...(c.happens(0.3) ? { due: '5 days' } : {}),
    ...(c.happens(0.4) ? { expire: '10 days' } : {}),
    route,
  };
}

const IDENTITIES = ['requester', 'submitter', 'beneficiary', 'editor'];

/** At least `least` of them. */
function some(c: Chance, from: readonly string[], least: number): string[] {
  const found = from.filter((_, i) => c.happens(0.5) || from.length - i <= least);
  return found.length >= least ? found : from.slice(0, least);
}

export function approveSteps(node: Json): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(approveSteps);
  const own = 'approve' in node && typeof node.approve === 'string' ? [node.approve] : [];
  return [...own, ...Object.values(node).flatMap(approveSteps)];
}

function nodes(c: Chance, names: string[], count: number, depth: number): Json[] {
  const made = Array.from({ length: count }, () => node(c, names, depth));
  return made.flatMap((one) => (one === null ? [] : [one]));
}

/** Null: all names are taken. */
function node(c: Chance, names: string[], depth: number): Json {
  const kind = depth > 2 ? 0 : c.below(20);
  if (names.length === 0) return null;
  if (kind < 10) return approve(c, names.shift() ?? '');
  if (kind < 12) return check(c, names.shift() ?? '');
  const when = c.happens(0.4) ? { when: condition(c) } : {};
  if (kind < 16) return filled({ parallel: nodes(c, names, 2 + c.below(2), depth + 1), ...when }, 'parallel');
  if (kind < 17) return filled({ sequence: nodes(c, names, 1 + c.below(2), depth + 1), ...when }, 'sequence');
  const branches = Array.from({ length: 1 + c.below(2) }, (): Json => {
    const steps = c.happens(0.6) ? nodes(c, names, 1, depth + 1) : [];
    const pass = steps.length === 0 || c.happens(0.2) ? { pass: 'Standard terms' } : {};
    return { when: condition(c), ...pass, ...(steps.length > 0 ? { steps } : {}) };
  });
  const last = c.happens(0.7) ? nodes(c, names, 1 + c.below(2), depth + 1) : [];
  const otherwise: Json = last.length > 0 ? last : { pass: 'Nothing to ask' };
  return { choose: [...branches, { otherwise }] };
}

const filled = (made: { readonly [key: string]: Json }, key: string): Json => {
  const inside = made[key];
  return Array.isArray(inside) && inside.length > 0 ? made : null;
};

const ATOMS = [
  'amount > limits.large',
  'amount < limits.small',
  'level >= 2',
  'level == 1',
  'urgent',
  'note == "a"',
];
function condition(c: Chance): string {
  if (c.happens(0.6)) return c.pick(ATOMS);
  const joined = c.happens(0.5) ? ' && ' : ' || ';
  return [c.pick(ATOMS), c.pick(ATOMS)].join(joined);
}

function someone(c: Chance): Json {
  switch (c.below(10)) {
    case 0:
      return { user: c.pick(['usr_ann', 'usr_bob', 'usr_cyd']) };
    case 1:
      return { role: c.pick(['chief', 'deputy']) };
    case 2:
      return { field: 'lead' };
    case 3:
      return { managerOf: c.pick(['requester', 'submitter', 'beneficiary']), levels: 1 + c.below(3) };
    case 4:
      return { any: [{ group: 'g1' }, { role: 'chief' }] };
    default:
      return { group: c.pick(['g1', 'g2', 'g3']) };
  }
}

const EACH = [
  { g1: 1, g2: 1 },
  { g1: 2, g3: 1 },
  { g2: 1, chief: 1 },
] as const;

function quorum(c: Chance): { readonly [key: string]: Json } {
  if (!c.happens(0.15))
    return { by: someone(c), need: c.pick(['any', 'any', 'all', 'all', '2', '50%', '67%', '3']) };
  const need = c.pick(EACH);
  const any = Object.keys(need).map((name): Json => (name === 'chief' ? { role: name } : { group: name }));
  return { by: { any }, need };
}

function approve(c: Chance, name: string): Json {
  const maybe = (p: number, more: () => { readonly [key: string]: Json }) => (c.happens(p) ? more() : {});
  return {
    approve: name,
    ...quorum(c),
    ...maybe(0.25, () => ({ when: condition(c) })),
    ...maybe(0.35, () => ({ reviews: c.pick(REVIEWS) })),
    ...maybe(0.25, () => ({ askAgain: 'always' })),
    ...maybe(0.6, () => ({ decisions: c.pick(DECISIONS) })),
    ...maybe(0.3, () => ({ reject: c.pick(['wait', { atLeast: 2 }]) })),
    ...maybe(0.2, () => ({ whileActive: true })),
    ...maybe(0.15, () => ({ remind: ['24 hours', '3 days'] })),
    ...maybe(0.25, () => ({
      escalate: { after: '2 days', [c.pick(['add', 'replace'])]: someone(c) },
    })),
    ...maybe(0.25, () => ({ carry: 'same-person' })),
    ...maybe(0.3, () => ({
      override: { by: someone(c), review: c.pick(REVIEWERS) },
    })),
  };
}

const REVIEWS: readonly Json[] = [['amount'], ['note'], ['amount', 'note'], ['level', 'urgent']];
const REVIEWERS: readonly Json[] = [{ group: 'g2' }, { group: 'g3' }, { role: 'deputy' }];
const DECISIONS: readonly Json[] = [
  ['approve', 'reject', 'return', 'abstain'],
  ['approve', 'reject', 'return', 'abstain'],
  ['approve', 'reject'],
  ['approve', 'abstain'],
];
const ELSE = ['reject', 'hold', 'return'];

const check = (c: Chance, name: string): Json => ({
  ...{ check: name, ask: 'erp.risk', within: '2 hours' },
  else: { fail: c.pick(ELSE), unknown: c.pick(ELSE) },
  ...(c.happens(0.2) ? { when: condition(c) } : {}),
});
