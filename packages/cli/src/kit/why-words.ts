import type { Why } from '@countersign/sdk';
import type { Names } from './people.ts';
import { valueText } from './text.ts';

type Answer = Why['answers'][number];
type Explanation = NonNullable<Answer['why']>;

/** One answer in plain sentences: what is the case, by which clause, from which inputs and facts. */
export function whySentences(answer: Answer, names: Names): string[] {
  const { step, person, verdict, why } = answer;
  const subject = person === null ? `Step ${step}` : `${names(person)} in step ${step}`;
  const said = person === null ? stepVerdict(verdict) : personVerdict(verdict);
  const reason = why === null ? '' : person === null ? reasonOf(why) : standingOf(why);
  const inRung = answer.rung === undefined ? '' : `, in the rung ${rungText(answer.rung)},`;
  const first = `${subject}${inRung} ${said}${reason}.`;
  const waits = [
    ...(answer.waitsFor === null ? [] : [`It waits for ${named(answer.waitsFor, names)}.`]),
    ...(answer.rungs ?? []).map((one) => rungSentence(one, names)),
    ...(answer.instead ?? []).map(insteadSentence),
  ];
  if (why === null) return [first, ...waits];
  return [
    first,
    ...waits,
    ...(why.clause === null ? [] : [`The clause: ${why.clause}.`]),
    ...inputsOf(why),
    ...(why.facts.length === 0
      ? []
      : [
          `It relied on: ${factsOf(why)
            .map((fact) => factText(fact, names))
            .join(', ')}.`,
        ]),
    ...why.persons
      .filter((one) => one.person !== person)
      .map((one) => `${names(one.person)} ${personReason(one.reason)}.`),
  ];
}

/** `role:cfo#2` as `role cfo, the second time`. */
export function rungText(rung: string): string {
  const [, kind, name, times] = /^([a-z]+):([^#]+)(?:#(\d+))?$/.exec(rung) ?? [];
  return kind === undefined ? rung : `${kind} ${name}${times === undefined ? '' : ` (number ${times})`}`;
}

function rungSentence(
  { rung, row, status, persons }: NonNullable<Answer['rungs']>[number],
  names: Names,
): string {
  const who = persons.length === 0 ? 'nobody may decide it now' : persons.map(names).join(', ');
  return `The rung ${rungText(rung)} (${row}) is ${status}: ${who}.`;
}

function insteadSentence({ rule, inputs, facts }: Explanation): string {
  if (rule === 'climbed') return `Nobody in ${facts.join(', ')} may decide, so the next row up is asked.`;
  const { eligible, required } = inputs;
  return `Its fallback is asked: of those whom the step names first, ${eligible} may decide, and ${required} must approve.`;
}

function stepVerdict(verdict: string): string {
  switch (verdict) {
    case 'open':
      return 'is open';
    case 'not-reached':
    case 'not_reached':
      return 'has not been reached';
    case 'held':
      return 'is on hold';
    case 'waiting':
      return 'waits for an answer';
    case 'skipped':
      return 'was skipped';
    case 'passed':
      return 'was passed without a decision';
    case 'chosen':
      return 'was chosen';
    default:
      return `is ${verdict.replace(/[-_]/g, ' ')}`;
  }
}

function personVerdict(verdict: string): string {
  switch (verdict) {
    case 'asked':
    case 'assigned':
      return 'is asked';
    case 'decided':
      return 'has decided';
    case 'overrode':
      return 'has overridden it';
    case 'voided':
      return 'has decided, but that decision counts no more';
    case 'withdrawn':
      return 'was asked; the place was withdrawn';
    case 'excluded':
      return 'is excluded by separation of duties';
    case 'not-eligible':
    case 'not_eligible':
      return 'may not decide';
    case 'not-asked':
      return 'is not asked';
    case 'not-reached':
      return 'has not been asked yet';
    default:
      return `is ${verdict.replace(/[-_]/g, ' ')}`;
  }
}

/** By the rule's stable code. A rule that this client does not know is shown by its code: better than a guess. */
const RULES: { readonly [rule: string]: string } = {
  required: ', because the route requires it',
  'when-false': ', because its condition is false',
  'when-true': ', because its condition is true',
  'when-unknown': ', because its condition cannot be answered while an input is missing',
  'assignees-unknown': ', because whom to ask depends on an input that is missing',
  'input-unknown': ', because an input of the check is missing',
  otherwise: ', because no other branch applies',
  'quorum-met': ', because enough people have approved',
  rejected: ', because somebody rejected it',
  'next-rung': ', because it is the next row of its chain',
  'chain-changed': ', because the matrix asks another row first now',
  'no-eligible-person': ', because nobody is eligible',
  'quorum-out-of-reach': ', because too few can still approve',
  'quorum-in-reach': ', because enough people can approve again',
  'place-vacant': ', because the person may no longer decide and the roster is frozen',
  'no-longer-eligible': ', because the person may no longer decide',
  'eligible-again': ', because the person may decide again',
  'maker-not-eligible': ', because whoever decided may no longer do so',
  'nothing-reviewed-changed': ', because nothing that was reviewed has changed',
  'within-tolerance': ', because what was reviewed has changed within the tolerance of its definition',
  'reviewed-part-changed': ', because something that was reviewed has changed',
  'ask-again-always': ', because the step asks again after every revision',
  'asked-for-the-revision': ', because they asked for the revision',
  'one-place-each': ', because a person has one place in a step',
  'request-cancelled': ', because the request was cancelled',
  'request-rejected': ', because the request was rejected',
  'route-passed': ', because the request is approved',
  revised: ', because the request was revised',
  returned: ', because the request was returned',
  'asked-otherwise': ', because the person is asked in another way now',
  'carried-from-voided': ', because the decision that it was carried from counts no more',
  'taken-away': ', because whoever added the person took that back',
  overridden: ', because somebody overrode it',
  reworked: ', because the request was sent back to an earlier step',
  reopened: ', because the request was reopened',
  'related-grown': ', because the sum over related requests that its condition rests on has grown',
  'check-fail': ', because the check failed',
  'check-unknown': ', because the check had no answer',
};

const reasonOf = ({ rule }: Explanation): string => RULES[rule] ?? ` (rule ${rule})`;

function inputsOf({ inputs }: Explanation): string[] {
  const pairs = Object.entries(inputs).map(
    ([path, value]) => conversionText(value) ?? `${path} is ${value === null ? 'missing' : valueText(value)}`,
  );
  return pairs.length === 0 ? [] : [`It read: ${pairs.join('; ')}.`];
}

/** `1000 USD is 923.02 EUR (ecb, 2026-01-09: 1 EUR is 1.0834 USD)`; null for what is no conversion. */
function conversionText(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('converted' in value)) return null;
  const { source, date, base, rates, converted } = value as Conversion;
  const at = Object.entries(rates).map(([currency, rate]) => `${rate} ${currency}`);
  const made = converted.map(([from, to]) => `${valueText(from)} is ${valueText(to)}`);
  return `${made.join(', ')} (${source}, ${date}: 1 ${base} is ${at.join(', ')})`;
}

/** As an explanation cites it, under `rates.EUR-USD`. */
type Conversion = {
  readonly source: string;
  readonly date: string;
  readonly base: string;
  readonly rates: { readonly [currency: string]: string };
  readonly converted: readonly (readonly [from: unknown, to: unknown])[];
};

const named = (text: string, names: Names): string => text.replace(/usr_[0-9a-f-]{36}/g, names);

/** Of a row the matrix need not be named as well. */
const factsOf = ({ facts }: Explanation): string[] =>
  facts.filter((fact) => !facts.some((other) => other.startsWith(`${fact}#`)));

/** `role:cfo` as `the role cfo`, `matrix:spend#row-2` as `row-2 of the matrix spend`. */
function factText(fact: string, names: Names): string {
  const [, kind, name, row] = /^([a-z]+):([^:#]+)(?:#(.+))?$/.exec(fact) ?? [];
  if (kind === undefined || name === undefined) return fact;
  if (kind === 'person') return names(name);
  return `${row === undefined ? '' : `${row} of `}the ${kind} ${name}`;
}

/** How a person stands is said by a code, or in words with the decision. */
function standingOf({ rule }: Explanation): string {
  if (rule.startsWith('excluded:')) return `: ${personReason(rule).replace('is excluded: ', '')}`;
  if (RULES[rule] !== undefined) return RULES[rule];
  return rule.includes(' ') ? `: ${rule}` : '';
}

function personReason(reason: string): string {
  const [kind, detail = ''] = reason.split(':');
  switch (kind) {
    case 'excluded':
      return detail === 'different'
        ? 'is excluded: they decided a step that must be decided by somebody else'
        : `is excluded: they are the ${detail}`;
    case 'decided':
      return `decided: ${detail}`;
    case 'overrode':
      return `overrode it: ${detail}`;
    case 'inactive':
      return 'is not active';
    case 'vacant':
      return 'left a vacant place';
    case 'over-limit':
      return 'may not approve this much';
    case 'not-eligible':
      return 'is not eligible';
    default:
      return `(${reason})`;
  }
}
