import fc from 'fast-check';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import type { Delegation } from '../src/facts/model.ts';
import {
  as,
  change,
  delegates,
  file,
  give,
  group,
  now,
  people,
  recorded,
  revise,
  type World,
  world,
} from './kit.ts';

/** Requests decided over random graphs of delegations, while roles change, people leave and time goes by. */
const NAMES = ['ann', 'bob', 'cyd', 'dan', 'gus', 'hal', 'eve', 'fay', 'req'] as const;
export const GROUPS = { first: 'g1', second: 'g2', third: 'g3' } as const;
export const IDENTITIES = { requester: 'req', submitter: 'fay', beneficiary: 'eve' } as const;

export type Graph = typeof graph extends fc.Arbitrary<infer T> ? T : never;
type Step =
  | { readonly does: 'decide'; readonly pick: number; readonly person: string; readonly named: boolean }
  | { readonly does: 'join' | 'quit'; readonly person: string; readonly group: string }
  | { readonly does: 'leave' | 'come'; readonly person: string }
  | { readonly does: 'grant'; readonly link: Link }
  | { readonly does: 'revoke'; readonly pick: number }
  | { readonly does: 'ratify'; readonly pick: number; readonly person: string }
  | { readonly does: 'revise'; readonly person: string; readonly amount: string }
  | { readonly does: 'reassign'; readonly pick: number; readonly person: string }
  | { readonly does: 'wait'; readonly hours: number };

export type Link = {
  readonly from: string;
  readonly to: string;
  readonly redelegable: boolean;
  readonly days: readonly [number, number];
  readonly limit: string | null;
  readonly category: string | null;
};

const name = fc.constantFrom(...NAMES);
const link: fc.Arbitrary<Link> = fc.record({
  from: name,
  to: name,
  redelegable: fc.boolean(),
  days: fc.constantFrom([-10, 300], [-10, 300], [-10, 300], [-10, 300], [-10, 2], [1, 300]),
  limit: fc.constantFrom(null, null, null, null, '100', '1000'),
  category: fc.constantFrom(null, null, null, null, 'travel', 'cars'),
});
const amount = fc.constantFrom('50', '500', '5000');
const pick = fc.nat(30);
const of = <D extends Step['does'], T>(does: readonly D[], more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ does: fc.constantFrom(...does), ...more });

const step = fc.oneof(
  { weight: 14, arbitrary: of(['decide'], { pick, person: name, named: fc.boolean() }) },
  { weight: 3, arbitrary: of(['join', 'quit'], { person: name, group: fc.constantFrom('g1', 'g2', 'g3') }) },
  { weight: 3, arbitrary: of(['leave', 'come', 'come'], { person: name }) },
  { weight: 2, arbitrary: of(['grant'], { link }) },
  { weight: 1, arbitrary: of(['revoke'], { pick }) },
  { weight: 2, arbitrary: of(['ratify'], { pick, person: name }) },
  { weight: 2, arbitrary: of(['revise'], { person: name, amount }) },
  { weight: 1, arbitrary: of(['reassign'], { pick, person: name }) },
  { weight: 3, arbitrary: of(['wait'], { hours: fc.constantFrom(5, 30, 60) }) },
) as fc.Arbitrary<Step>;

const need = fc.constantFrom('any', 'all', '2', '50%');
export const graph = fc.record({
  need: fc.tuple(need, need, need),
  different: fc.constantFrom('[first, second]', '[first, second, third]', '[second, third]'),
  members: fc.tuple(...[0, 1, 2].map(() => fc.subarray([...NAMES], { minLength: 1 }))),
  links: fc.array(link, { minLength: 6, maxLength: 24, size: 'max' }),
  amount,
  steps: fc.array(step, { minLength: 5, maxLength: 35, size: 'max' }),
});

const yamlOf = ({ need: [a, b, c], different }: Graph): string => `
definition: graph
title: Graph
fields: { amount: { type: money }, category: { type: text } }
separate:
  - different: ${different}
route:
  - parallel:
      - approve: first
        by: { group: g1 }
        need: ${a}
      - approve: second
        by: { group: g2 }
        need: ${b}
        reviews: [category]
  - approve: third
    by: { group: g3 }
    need: ${c}
`;

const HOUR = 3_600_000;
const later = (w: World, hours: number): string => new Date(Date.parse(w.now) + hours * HOUR).toISOString();

let links = 0;
function granted(w: World, { from, to, redelegable, days, limit, category }: Link): DirectoryEvent[] {
  if (from === to) return [];
  links += 1;
  const terms: Partial<Delegation> = {
    ...{ id: `dlg_${links}`, redelegable, recordedAt: w.now },
    ...{ starts: later(w, days[0] * 24), ends: later(w, days[1] * 24) },
    ...(limit === null ? {} : { limit: { amount: limit, currency: 'EUR' } }),
    ...(category === null ? {} : { categories: { category: [category] } }),
  };
  return [delegates(from, to, terms)];
}

const fields = (sum: string) => ({ amount: { amount: sum, currency: 'EUR' }, category: 'travel' });

/** Plays it; `look` sees the world after each step, with what it added to the log. */
export function travel(g: Graph, look: (w: World, added: World['log']) => void): World {
  const groups = g.members.map((all, i) => group(`g${i + 1}`, ...all));
  const w = world(yamlOf(g), [...people(...NAMES), ...groups]);
  change(w, ...g.links.flatMap((one) => granted(w, one)));
  const { submitter, beneficiary } = IDENTITIES;
  file(w, fields(g.amount), { submitter, beneficiary });
  look(w, w.log);
  for (const one of g.steps) {
    const length = w.log.length;
    perform(w, one);
    look(w, w.log.slice(length));
  }
  return w;
}

const one = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** Whoever could be reached from somebody, over any three delegations: those furthest away first. */
function deputies(w: World, principal: string): string[] {
  const links = [...w.directory.delegations.values()].flatMap((fact) => fact.value);
  let reached = [principal];
  for (let i = 0; i < 3; i += 1)
    reached = [
      ...new Set([...links.flatMap(({ from, to }) => (reached.includes(from) ? [to] : [])), ...reached]),
    ];
  return reached.filter((one) => one !== principal);
}

function perform(w: World, s: Step): void {
  const recheck = (...events: DirectoryEvent[]): void => {
    change(w, ...events);
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
  };
  const state = now(w);
  const open = state.assignments.filter((a) => a.status === 'open');
  switch (s.does) {
    case 'decide': {
      const place = one(open, s.pick);
      if (!place) return;
      const decision = { type: 'decide', assignment: place.n, decision: 'approve' } as const;
      const { digest: revisionDigest } = state.revision;
      const deputy = one(deputies(w, place.person), s.pick) ?? s.person;
      for (const person of [s.person, deputy, place.person])
        give(w, as(person), {
          ...{ ...decision, revisionDigest, reason: null, comment: null },
          onBehalfOf: s.named ? place.person : null,
        });
      return;
    }
    case 'join':
    case 'quit': {
      const [added, removed] = s.does === 'join' ? [[s.person], []] : [[], [s.person]];
      return recheck({ type: 'group.recorded', group: s.group, added, removed });
    }
    case 'leave':
    case 'come':
      return recheck(recorded(s.person, { active: s.does === 'come' }));
    case 'grant':
      return recheck(...granted(w, s.link));
    case 'revoke': {
      const all = [...w.directory.delegations.values()].flatMap((fact) => fact.value);
      const gone = one(all, s.pick);
      if (gone) recheck({ type: 'delegation.revoked', delegation: gone.id, to: gone.to });
      return;
    }
    case 'ratify': {
      const decision = one(state.decisions, s.pick);
      if (!decision) return;
      for (const person of [s.person, decision.principal])
        give(w, as(person), { type: 'ratify', decision: decision.n, reason: null });
      return;
    }
    case 'revise':
      revise(w, as(s.person), fields(s.amount));
      return;
    case 'reassign': {
      const place = one(open, s.pick);
      if (place)
        give(w, as(place.person), { type: 'reassign', assignment: place.n, to: s.person, reason: null });
      return;
    }
    case 'wait':
      w.now = later(w, s.hours);
      return;
    default: {
      const never: never = s;
      return never;
    }
  }
}
