import fc from 'fast-check';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import { shape, spendOf, yamlOf } from './journey-shape.ts';
import {
  adds,
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
  says,
  sendsBack,
  service,
  type World,
  world,
} from './kit.ts';

/** Random requests over definitions with all kinds of nodes, and all that can happen to them. */
export const NAMES = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'] as const;
const GROUPS = ['g1', 'g2', 'g3'] as const;

export type Move =
  | {
      readonly move: 'decide';
      readonly person: string;
      readonly pick: number;
      readonly decision: Kind;
      readonly name: boolean;
    }
  | { readonly move: 'leave' | 'come'; readonly person: string }
  | { readonly move: 'join' | 'quit'; readonly person: string; readonly group: string }
  | { readonly move: 'delegate'; readonly from: string; readonly to: string; readonly redelegable: boolean }
  | { readonly move: 'reassign'; readonly pick: number; readonly to: string; readonly by: string | null }
  | { readonly move: 'revise'; readonly person: string; readonly amount: Amount; readonly note: string }
  | { readonly move: 'rework'; readonly person: string | null; readonly pick: number; readonly to: string }
  | { readonly move: 'override'; readonly person: string; readonly step: string }
  | {
      readonly move: 'add';
      readonly pick: number;
      readonly person: string;
      readonly as: 'approver' | 'adviser';
      readonly order: 'before' | 'beside';
    }
  | { readonly move: 'takeAway' | 'advise'; readonly pick: number; readonly person: string | null }
  | { readonly move: 'approve'; readonly pick: number }
  | { readonly move: 'deputize'; readonly pick: number; readonly person: string }
  | { readonly move: 'answer'; readonly answer: 'pass' | 'fail' | 'unknown' }
  | { readonly move: 'fire'; readonly pick: number }
  | { readonly move: 'wait'; readonly hours: number }
  | {
      readonly move: 'hold' | 'release' | 'cancel' | 'reopen' | 'recheck' | 'pay';
      readonly person: string | null;
    };

type Kind = 'approve' | 'reject' | 'return' | 'abstain';
type Amount = '50' | '500' | '5000' | null;

const name = fc.constantFrom(...NAMES);
const amount: fc.Arbitrary<Amount> = fc.constantFrom('50', '500', '5000', null);
const pick = fc.nat(20);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      move: fc.constant('decide' as const),
      person: name,
      pick,
      decision: fc.constantFrom<Kind>(
        'approve',
        'approve',
        'approve',
        'approve',
        'reject',
        'return',
        'abstain',
      ),
      name: fc.boolean(),
    }),
  },
  { weight: 12, arbitrary: fc.record({ move: fc.constant('approve' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ move: fc.constant('deputize' as const), pick, person: name }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constantFrom('leave', 'come', 'come'), person: name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constantFrom('join', 'quit'),
      person: name,
      group: fc.constantFrom(...GROUPS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('delegate' as const),
      from: name,
      to: name,
      redelegable: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('reassign' as const),
      pick,
      to: name,
      by: fc.option(name),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('add' as const),
      pick,
      person: name,
      as: fc.constantFrom('approver', 'approver', 'approver', 'adviser'),
      order: fc.constantFrom('before', 'beside'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constantFrom('takeAway', 'advise'),
      pick,
      person: fc.option(name),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('override' as const),
      person: name,
      step: fc.constantFrom('first', 'second'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('rework' as const),
      person: fc.option(name),
      pick,
      to: fc.constantFrom('first', 'first', 'second', 'desk', 'risk'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('revise' as const),
      person: name,
      amount,
      note: fc.constantFrom('a', 'b'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('answer' as const),
      answer: fc.constantFrom('pass', 'pass', 'pass', 'pass', 'fail', 'unknown'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ move: fc.constant('fire' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ move: fc.constant('wait' as const), hours: fc.constantFrom(1, 2, 25, 50, 200) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constantFrom('hold', 'release', 'release', 'cancel', 'reopen', 'reopen', 'recheck', 'pay'),
      person: fc.option(name),
    }),
  },
) as fc.Arbitrary<Move>;

const members = fc.subarray([...NAMES], { minLength: 2 });

export const journey = fc.record({
  shape,
  members: fc.tuple(members, members, members),
  amount,
  moves: fc.array(move, { minLength: 5, maxLength: 40, size: 'max' }),
});
export type Journey = typeof journey extends fc.Arbitrary<infer T> ? T : never;

const fields = (amount: Amount, note: string) => ({
  note,
  ...(amount === null ? {} : { amount: { amount, currency: 'EUR' } }),
});

export function begin(j: Journey): World {
  const w = world(yamlOf(j.shape), [
    ...people(...NAMES),
    ...GROUPS.map((key, i) => group(key, ...(j.members[i] ?? []))),
    spendOf(j.shape),
  ]);
  file(w, fields(j.amount, 'a'));
  return w;
}

const one = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

/** Performs a move; refusals are as good as events. */
export function perform(w: World, m: Move): void {
  const recheck = (...events: DirectoryEvent[]): void => {
    change(w, ...events);
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
  };
  const actor = (person: string | null) => (person === null ? service : as(person));
  switch (m.move) {
    case 'decide': {
      const place = one(
        now(w).assignments.filter((a) => a.status === 'open'),
        m.pick,
      );
      if (place) says(w, m.person, m.decision, { for: place.person, step: place.step, name: m.name });
      const own = now(w).assignments.find((a) => a.status === 'open' && a.person === m.person);
      if (own) says(w, m.person, m.decision, { step: own.step });
      return;
    }
    case 'approve': {
      const place = one(
        now(w).assignments.filter((a) => a.status === 'open'),
        m.pick,
      );
      if (place) says(w, place.person, 'approve', { step: place.step });
      return;
    }
    case 'deputize': {
      const place = one(
        now(w).assignments.filter((a) => a.status === 'open' && a.person !== m.person),
        m.pick,
      );
      if (!place) return;
      change(w, delegates(place.person, m.person));
      says(w, m.person, 'approve', { for: place.person, step: place.step, name: true });
      return;
    }
    case 'leave':
    case 'come':
      return recheck(recorded(m.person, { active: m.move === 'come' }));
    case 'join':
    case 'quit': {
      const [added, removed] = m.move === 'join' ? [[m.person], []] : [[], [m.person]];
      return recheck({ type: 'group.recorded', group: m.group, added, removed });
    }
    case 'delegate':
      if (m.from !== m.to) change(w, delegates(m.from, m.to, { redelegable: m.redelegable }));
      return;
    case 'reassign': {
      const place = one(
        now(w).assignments.filter((a) => a.status === 'open' || a.status === 'vacant'),
        m.pick,
      );
      if (place) give(w, actor(m.by), { type: 'reassign', assignment: place.n, to: m.to, reason: null });
      return;
    }
    case 'add': {
      const place = one(
        now(w).assignments.filter((a) => a.status === 'open'),
        m.pick,
      );
      if (place) adds(w, place.person, m.person, { step: place.step, as: m.as, order: m.order });
      return;
    }
    case 'takeAway':
    case 'advise': {
      const addition = one(now(w).additions ?? [], m.pick);
      if (!addition) return;
      const { n } = addition;
      if (m.move === 'advise')
        give(w, as(addition.person), {
          type: 'advise',
          addition: n,
          comment: { sealed: 'itm_1', commitment: 'c' },
        });
      else give(w, actor(m.person ?? addition.by), { type: 'takeAway', addition: n, reason: 'not needed' });
      return;
    }
    case 'override': {
      const { digest: revisionDigest } = now(w).revision;
      const of = { type: 'override', reason: 'outage', comment: null } as const;
      give(w, as(m.person), { ...of, step: m.step, revisionDigest });
      return;
    }
    case 'rework': {
      const place = one(
        now(w).assignments.filter((a) => a.status === 'open'),
        m.pick,
      );
      if (place) sendsBack(w, m.person ?? place.person, m.to, { for: place.person, step: place.step });
      return;
    }
    case 'revise':
      revise(w, as(m.person), fields(m.amount, m.note));
      return;
    case 'answer':
      for (const step of ['risk', 'budget'])
        give(w, service, { type: 'answerCheck', step, answer: m.answer, reference: null });
      return;
    case 'fire': {
      const due = one(Object.keys(now(w).timers).sort(), m.pick);
      if (due) give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: due });
      return;
    }
    case 'wait':
      w.now = new Date(Date.parse(w.now) + m.hours * 3_600_000).toISOString();
      return;
    case 'hold':
      give(w, actor(m.person), { type: 'hold', reason: 'wait' });
      return;
    case 'release':
      give(w, actor(m.person), { type: 'release' });
      return;
    case 'cancel':
    case 'reopen':
      give(w, actor(m.person), { type: m.move, reason: null });
      return;
    case 'recheck':
      return recheck();
    case 'pay': {
      const { statusVersion } = now(w);
      const of = { type: 'recordEffect', effect: 'payment', reference: null, statusVersion } as const;
      give(w, service, { ...of, state: m.person === null ? 'done' : 'started' });
      return;
    }
    default: {
      const never: never = m;
      return never;
    }
  }
}
