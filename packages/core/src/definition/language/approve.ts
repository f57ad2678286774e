import { compareDecimals } from '../../decimal.ts';
import { canonicalJson } from '../../facts/digest.ts';
import { shortestMs } from '../../time.ts';
import { normalDecimal } from '../amounts.ts';
import type { Approve, DecisionKind, Duration, Quorum, RejectRule } from '../model.ts';
import { list, namesTo, optional, record, required } from '../shape/collections.ts';
import { flag, literal, whole, word } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import { someone } from './assignees.ts';
import { override } from './override.ts';
import { duration } from './quantities.ts';
import { KINDS, needsReason } from './reasons.ts';
import { condition, identifier, localized, SLUG, slug } from './words.ts';

const MOST_PERSONS = 10_000;

/** `any`, `all`, a number of persons, or a share of the roster. `1` is `any` and `100%` is `all`. */
const oneNumber: Shape<Quorum> = literal(
  '`any`, `all`, a number of persons such as `2`, or a share such as `50%`',
  {
    anyOf: [
      { enum: ['any', 'all'] },
      { type: 'integer', minimum: 1, maximum: MOST_PERSONS },
      { type: 'string', pattern: '^\\d+(\\.\\d+)? *%$' },
    ],
  },
  (text): Quorum | undefined => {
    if (text === 'any' || text === 'all') return { rule: text };
    if (/^\d{1,5}$/.test(text)) {
      const n = Number(text);
      if (n < 1 || n > MOST_PERSONS) return undefined;
      return n === 1 ? { rule: 'any' } : { rule: 'atLeast', n };
    }
    const match = /^([\d.]+)\s*%$/.exec(text);
    const percent = match && normalDecimal(match[1] ?? '');
    if (!percent || compareDecimals(percent, '0') <= 0 || compareDecimals(percent, '100') > 0)
      return undefined;
    return percent === '100' ? { rule: 'all' } : { rule: 'share', percent };
  },
);

/** `{ legal: 1, finance: 2 }`: so many of each group or role that is asked. */
const ofEach: Shape<Quorum> = mapped(
  namesTo(
    {
      pattern: SLUG,
      example: 'finance',
      refuse: (name) =>
        SLUG.test(name) && !(name in {})
          ? undefined
          : `\`${name.slice(0, 80)}\` is no name of a group or role.`,
    },
    whole(1, MOST_PERSONS),
    50,
  ),
  (given, at, path, reading) =>
    given.length === 0
      ? report(
          reading,
          'bad-value',
          at,
          path,
          'Name at least one group or role, such as `{ legal: 1, finance: 2 }`.',
        )
      : {
          rule: 'each',
          of: given.map(({ name, value: n }) => ({ name, n })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        },
);

const quorum: Shape<Quorum> = byForm<Quorum>({ scalar: oneNumber, map: ofEach });

const rejection: Shape<RejectRule> = byForm<RejectRule>({
  scalar: mapped(word('first', 'wait'), (rule): RejectRule => ({ rule })),
  map: mapped(
    record({ atLeast: required(whole(1, MOST_PERSONS), 'how many rejections end the step') }),
    ({ atLeast: n }): RejectRule => (n === 1 ? { rule: 'first' } : { rule: 'atLeast', n }),
  ),
});

const decisions: Shape<readonly DecisionKind[]> = mapped(
  list(word('approve', 'reject', 'return', 'abstain'), 'decisions', 1, 4),
  (given, at, path, reading) => {
    if (new Set(given).size < given.length)
      return report(reading, 'duplicate', at, path, 'A decision stands here twice. Keep one.');
    if (!given.includes('approve'))
      return report(
        reading,
        'bad-value',
        at,
        path,
        '`decisions` must offer `approve`: no one could pass this step.',
      );
    return KINDS.filter((kind) => given.includes(kind));
  },
);

const reviews: Shape<'all' | readonly string[]> = byForm<'all' | readonly string[]>({
  scalar: word('all'),
  list: mapped(
    list(identifier('a field or a document', 'amount'), 'fields and documents'),
    (given, at, path, reading) =>
      new Set(given).size < given.length
        ? report(reading, 'duplicate', at, path, 'A name stands here twice. Keep one.')
        : given.toSorted(),
  ),
});

const documentNames: Shape<readonly string[]> = mapped(
  list(identifier('a document', 'contract'), 'documents'),
  (given, at, path, reading) =>
    new Set(given).size < given.length
      ? report(reading, 'duplicate', at, path, 'A name stands here twice. Keep one.')
      : given.toSorted(),
);

const reminders: Shape<readonly Duration[]> = mapped(
  byForm<readonly Duration[]>({
    scalar: mapped(duration, (one) => [one]),
    list: list(duration, 'durations', 1, 20),
  }),
  (given, at, path, reading) => {
    if (new Set(given.map(canonicalJson)).size < given.length)
      return report(reading, 'duplicate', at, path, 'A reminder stands here twice. Keep one.');
    return given.toSorted((a, b) => shortestMs(a) - shortestMs(b));
  },
);

const escalation: Shape<NonNullable<Approve['escalate']>> = mapped(
  record({
    after: required(duration, 'how long to wait, from the opening of the step'),
    add: optional(someone, null, 'Whom to ask as well'),
    replace: optional(someone, null, 'Whom to ask instead'),
  }),
  ({ after, add, replace }, at, path, reading) => {
    const whom = add ?? replace;
    if (whom === null || (add !== null && replace !== null)) {
      const message =
        '`escalate` says whom to `add`, or whom to ask instead (`replace`). Write one of the two.';
      return report(reading, whom === null ? 'missing-key' : 'conflicting-keys', at, path, message);
    }
    return { after, add: whom, replace: replace !== null };
  },
);

const DEFAULT_DECISIONS: readonly DecisionKind[] = ['approve', 'reject', 'return'];

/** Keys of an `approve` step, `when` apart: in a branch of `choose` it belongs to the branch. */
const keys = {
  approve: required(slug('the name of the step', 'legal'), 'the name of the step'),
  title: optional(localized, null, 'What people see; its name by default'),
  by: required(someone, 'whom to ask, such as `{ group: legal }`'),
  need: optional(
    quorum,
    { rule: 'any' } as const,
    'How many must approve: any (default), all, a number, a share, or so many of each group',
  ),
  reviews: optional(reviews, 'all', 'What the decision is about; a change of it asks again. Default: all'),
  askAgain: optional(
    word('changed', 'always'),
    'changed',
    'Ask again after a revision that changes nothing reviewed?',
  ),
  decisions: optional(
    decisions,
    DEFAULT_DECISIONS,
    'Offered decisions; approve, reject and return by default',
  ),
  reject: optional(
    rejection,
    { rule: 'first' } as const,
    'Rejections that end the step: first (default), wait, { atLeast: n }',
  ),
  fallback: optional(someone, null, 'Whom to ask where nobody else may decide'),
  whileActive: optional(flag, false, 'Do approvals count only while their maker is active? Default: false'),
  remind: optional(reminders, [], 'When to remind, from the opening of the step'),
  escalate: optional(escalation, null, 'Whom to ask as well, or instead, after some time'),
  override: optional(
    override,
    null,
    'Who may settle this step in an emergency, who reviews that, and for which reasons',
  ),
  reasons: optional(
    needsReason,
    null,
    'Decisions that need a reason code; by default all that have a catalogue',
  ),
  requires: optional(documentNames, null, 'Documents that must be there before anybody approves the step'),
  carry: optional(
    word('same-person'),
    null,
    'Ask those again who approved an earlier step that reviewed as much? `same-person`: no',
  ),
  bulk: optional(flag, false, 'May it be decided together with other requests, by one list? Default: false'),
};

export const approve: Shape<Approve> = mapped(
  record({ ...keys, when: optional(condition, null, 'Ask only if this holds') }),
  (value): Approve => ({
    kind: 'approve',
    id: value.approve,
    ...(value.title === null ? {} : { title: value.title }),
    when: value.when,
    by: value.by,
    need: value.need,
    reviews: value.reviews,
    ...(value.requires === null ? {} : { requires: value.requires }),
    askAgain: value.askAgain,
    decisions: value.decisions,
    ...(value.reasons === null ? {} : { reasons: value.reasons }),
    reject: value.reject,
    fallback: value.fallback,
    whileActive: value.whileActive,
    remind: value.remind,
    escalate: value.escalate,
    ...(value.carry === null ? {} : { carry: value.carry }),
    ...(value.override === null ? {} : { override: value.override }),
    ...(value.bulk ? { bulk: true as const } : {}),
  }),
);
