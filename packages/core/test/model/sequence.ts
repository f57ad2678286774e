import type { Chance } from '../../../../test/simulation/world/chance.ts';
import type { FieldValues } from '../../src/values.ts';
import { type Document, documentOf } from './document.ts';
import type { Change, Grant } from './reference/history.ts';

export const NAMES = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'req'].map((name) => `usr_${name}`);
export const REQUESTER = 'usr_req';
export const GROUPS = ['g1', 'g2', 'g3'] as const;
export const ROLES = ['chief', 'deputy'] as const;

/** Plain data from a seed: it is played, and it is made smaller where it shows a difference. */
export type Sequence = {
  readonly document: Document;
  readonly directory: readonly Change[];
  readonly file: {
    readonly submitter: string | null;
    readonly beneficiary: string | null;
    readonly by: string | null;
    readonly draft: boolean;
    readonly fields: Fields;
  };
  readonly moves: readonly Move[];
};

type Fields = FieldValues;

/** What is tried next; a revision without fields changes none. `pick` is an index into what there is then; what there is not is left out. */
export type Move =
  | { readonly move: 'change'; readonly change: Change; readonly recheck: boolean }
  /** So long, or until the next alarm is due. */
  | { readonly move: 'wait'; readonly hours: number | 'due' }
  | { readonly move: 'approve'; readonly pick: number }
  | ({ readonly move: 'decide'; readonly what: What } & ByPlace)
  | ({ readonly move: 'rework'; readonly to: number; readonly odd: boolean } & ByPlace)
  | ({
      readonly move: 'add';
      readonly person: string;
      readonly as: 'approver' | 'adviser';
      readonly order: 'before' | 'beside';
    } & ByPlace)
  /** A delegation from whoever has the place, used at once, or when they have lost what they passed on. */
  | ({
      readonly move: 'deputize';
      readonly grant: Omit<Grant, 'from' | 'to'>;
      readonly lost: 'group' | 'everything' | null;
    } & ByPlace)
  | { readonly move: 'advise' | 'takeAway'; readonly pick: number; readonly by: By }
  | { readonly move: 'override'; readonly pick: number; readonly by: By; readonly odd: boolean }
  | { readonly move: 'review'; readonly pick: number; readonly by: By; readonly good: boolean }
  | { readonly move: 'ratify'; readonly pick: number; readonly by: By; readonly odd: boolean }
  | { readonly move: 'reassign'; readonly pick: number; readonly to: string; readonly by: By }
  | {
      readonly move: 'answer';
      readonly pick: number;
      readonly answer: 'pass' | 'fail' | 'unknown';
      readonly odd: boolean;
    }
  | { readonly move: 'revise'; readonly by: By; readonly fields: Fields | null; readonly stale: boolean }
  | { readonly move: 'effect'; readonly done: boolean; readonly stale: boolean; readonly odd: boolean }
  | { readonly move: 'fire'; readonly pick: number; readonly early: boolean }
  | { readonly move: (typeof PLAIN)[number]; readonly by: By; readonly odd: boolean };

type What = 'approve' | 'reject' | 'return' | 'abstain';
/** A person, a service account, or whoever most likely may: the one who is asked, or the requester. */
export type By = string | null | 'fit';
type ByPlace = {
  readonly pick: number;
  readonly by: By;
  readonly name: boolean;
  readonly stale: boolean;
  /** A place that is closed already. */
  readonly old: boolean;
};

export function sequenceOf(c: Chance): Sequence {
  const document = documentOf(c);
  const directory = directoryOf(c);
  const someone = (p: number): string | null => (c.happens(p) ? c.pick(NAMES) : null);
  const by = someone(0.15);
  const mood = c.pick(MOODS);
  return {
    document,
    directory,
    file: {
      ...{ by, submitter: by === null ? someone(0.15) : null, beneficiary: someone(0.15) },
      ...{ draft: c.happens(0.04), fields: fieldsOf(c) },
    },
    moves: Array.from({ length: 6 + c.below(24) }, () => moveOf(c, mood)),
  };
}

function directoryOf(c: Chance): Change[] {
  const people = NAMES.map((person, i): Change => {
    const above = NAMES.slice(0, i);
    const manager = above.length > 0 && c.happens(0.7) ? c.pick(above) : null;
    return { change: 'person', person, active: person === REQUESTER || c.happens(0.95), manager };
  });
  const members = [...GROUPS, ...ROLES].flatMap((name) =>
    NAMES.filter((person) => c.happens(name === 'deputy' || person === REQUESTER ? 0.2 : 0.55)).map(
      (person): Change => {
        const kind = (GROUPS as readonly string[]).includes(name) ? 'group' : 'role';
        return { change: kind, name, person, member: true };
      },
    ),
  );
  const grants = Array.from({ length: c.below(3) }, () => grantChange(c));
  return [...people, ...members, ...grants];
}

function grantChange(c: Chance): Change {
  const [from, to] = [c.pick(NAMES), c.pick(NAMES)];
  return from === to ? change(c) : { change: 'grant', grant: { ...grantOf(c), from, to } };
}

const at = (hours: number): string => new Date(Date.UTC(2026, 0, 5, 9) + hours * 3_600_000).toISOString();
export const START = at(0);

function grantOf(c: Chance): Omit<Grant, 'from' | 'to'> {
  return {
    id: `dlg_${c.below(1_000_000)}`,
    starts: at(c.happens(0.8) ? -100 : c.below(200)),
    ends: at(c.happens(0.6) ? 5000 : 5 + c.below(300)),
    redelegable: c.happens(0.5),
    ...(c.happens(0.1) ? { definitions: [c.pick(['random', 'other'])] } : {}),
    ...(c.happens(0.2)
      ? { limit: { amount: c.pick(['60', '500']), currency: c.pick(['EUR', 'EUR', 'USD']) } }
      : {}),
    ...(c.happens(0.15) ? { categories: { note: c.pick([['a'], ['a', 'b'], ['c']]) } } : {}),
  };
}

export function fieldsOf(c: Chance): Fields {
  const amount = c.pick(['50', '60', '500', '5000', null]);
  return {
    ...(amount === null ? {} : { amount: { amount, currency: 'EUR' } }),
    ...(c.happens(0.8) ? { level: c.below(4) } : {}),
    ...(c.happens(0.8) ? { urgent: c.happens(0.5) } : {}),
    ...(c.happens(0.9) ? { note: c.pick(['a', 'b']) } : {}),
    ...(c.happens(0.8) ? { lead: c.pick(NAMES) } : {}),
  };
}

function change(c: Chance): Change {
  const person = c.pick(NAMES);
  switch (c.below(6)) {
    case 0:
    case 1:
      return { change: 'person', person, active: c.happens(0.5), manager: null };
    case 2:
    case 3:
      return { change: 'group', name: c.pick(GROUPS), person, member: c.happens(0.5) };
    case 4:
      return { change: 'role', name: c.pick(ROLES), person, member: c.happens(0.5) };
    default:
      return grantChange(c);
  }
}

function moveOf(c: Chance, mood: Mood): Move {
  const pick = c.below(20);
  const by = (fit: number): By => (c.happens(fit) ? 'fit' : c.happens(0.85) ? c.pick(NAMES) : null);
  const byPlace = (): ByPlace => ({
    ...{ pick, by: by(0.7), name: c.happens(0.6), stale: c.happens(0.03), old: c.happens(0.05) },
  });
  const odd = c.happens(0.08);
  const kinds: readonly (readonly [number, () => Move])[] = [
    [mood.approve, () => ({ move: 'approve', pick })],
    [18, () => ({ move: 'decide', what: c.pick(mood.whats), ...byPlace() })],
    [9, () => ({ move: 'deputize', grant: grantOf(c), lost: c.pick(LOST), ...byPlace(), by: c.pick(NAMES) })],
    [10, () => ({ move: 'change', change: change(c), recheck: c.happens(0.75) })],
    [
      6,
      () => ({
        move: 'revise',
        by: by(0.75),
        fields: c.happens(0.35) ? null : fieldsOf(c),
        stale: c.happens(0.04),
      }),
    ],
    [5, () => ({ move: 'rework', to: c.below(6), odd, ...byPlace() })],
    [6, () => ({ move: 'add', person: c.pick(NAMES), as: c.pick(AS), order: c.pick(ORDERS), ...byPlace() })],
    [3, () => ({ move: c.pick(['advise', 'takeAway'] as const), pick, by: by(0.8) })],
    [3, () => ({ move: 'reassign', pick, to: c.pick(NAMES), by: by(0.6) })],
    [6, () => ({ move: 'override', pick, by: by(0.6), odd })],
    [2, () => ({ move: 'review', pick, by: by(0.5), good: c.happens(0.6) })],
    [2, () => ({ move: 'ratify', pick, by: by(0.7), odd })],
    [5, () => ({ move: 'answer', pick, answer: c.pick(ANSWERS), odd })],
    [5, () => ({ move: 'wait', hours: c.pick(HOURS) })],
    [5, () => ({ move: 'fire', pick, early: c.happens(0.2) })],
    [3, () => ({ move: 'effect', done: c.happens(0.4), stale: c.happens(0.1), odd })],
    [8, () => ({ move: c.pick(PLAIN), by: by(0.8), odd })],
  ];
  let left = c.below(kinds.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of kinds) {
    if (left < weight) return make();
    left -= weight;
  }
  throw new Error('weights do not add up');
}

type Mood = { readonly approve: number; readonly whats: readonly What[] };
/** Some requests go through, some are refused, and of some nobody wants to know. */
const MOODS: readonly Mood[] = [
  { approve: 24, whats: ['approve', 'approve', 'approve', 'reject', 'return', 'abstain', 'abstain'] },
  { approve: 30, whats: ['approve', 'approve', 'abstain', 'return'] },
  { approve: 6, whats: ['reject', 'reject', 'reject', 'approve', 'abstain'] },
  { approve: 6, whats: ['abstain', 'abstain', 'approve', 'reject'] },
];
const LOST = [null, null, 'group', 'everything'] as const;
const HOURS = [1, 2, 25, 50, 150, 'due', 'due'] as const;
const AS = ['approver', 'approver', 'adviser'] as const;
const ORDERS = ['before', 'beside'] as const;
const ANSWERS = ['pass', 'pass', 'pass', 'fail', 'unknown'] as const;
const PLAIN = [
  'submit',
  'hold',
  'hold',
  'release',
  'release',
  'cancel',
  'reopen',
  'reopen',
  'recheck',
] as const;
