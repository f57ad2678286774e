import type {
  Approve,
  Assignees,
  Duration,
  Limit,
  Localized,
  Quorum,
  RejectRule,
  Tolerance,
} from '../model.ts';

/** Values in plain words, as a reviewer of a change reads them. */
export function limitWords(limit: Limit): string {
  switch (limit.type) {
    case 'money':
      return `${limit.amount} ${limit.currency}`;
    case 'percent':
      return `${limit.value}%`;
    case 'decimal':
      return limit.value;
    case 'integer':
      return String(limit.value);
    case 'duration':
      return durationWords(limit.value);
    default: {
      const never: never = limit;
      return never;
    }
  }
}

export function durationWords(duration: Duration | null): string {
  if (duration === null) return 'never';
  if (typeof duration !== 'string')
    return `${duration.workdays} workday${duration.workdays === 1 ? '' : 's'}`;
  const match = /^PT?(\d+)([DHMS])$/.exec(duration);
  const unit = { D: 'day', H: 'hour', M: 'minute', S: 'second' }[match?.[2] ?? ''];
  if (!match || unit === undefined) return duration;
  return `${match[1]} ${unit}${match[1] === '1' ? '' : 's'}`;
}

export function assigneesWords(by: Assignees): string {
  switch (by.by) {
    case 'user':
      return `user ${by.user}`;
    case 'group':
      return `group ${by.group}`;
    case 'role':
      return `role ${by.role}`;
    case 'field':
      return `the person in ${by.field}`;
    case 'manager':
      if (by.until)
        return `the first manager above the ${by.of} whose limit in ${assigneesWords(by.until)} covers, of ${by.levels}`;
      return by.levels === 1 ? `the manager of the ${by.of}` : `${by.levels} managers above the ${by.of}`;
    case 'matrix': {
      const columns = Object.entries(by.dimensions).map(([name, expression]) => `, ${name} ${expression}`);
      return `matrix ${by.matrix} (amount ${by.amount}${columns.join('')})`;
    }
    case 'any':
      return by.any.map(assigneesWords).join(', or ');
    default: {
      const never: never = by;
      return never;
    }
  }
}

function quorumWords(need: Quorum): string {
  switch (need.rule) {
    case 'any':
      return 'any one';
    case 'all':
      return 'all';
    case 'atLeast':
      return `at least ${need.n}`;
    case 'share':
      return `${need.percent}%`;
    case 'each':
      return need.of.map(({ name, n }) => `${n} of ${name}`).join(' and ');
    default: {
      const never: never = need;
      return never;
    }
  }
}

function rejectWords(reject: RejectRule): string {
  switch (reject.rule) {
    case 'first':
      return 'the first rejection ends it';
    case 'wait':
      return 'it waits for everyone';
    case 'atLeast':
      return `${reject.n} rejections end it`;
    default: {
      const never: never = reject;
      return never;
    }
  }
}

export const toleranceWords = (tolerance: Tolerance): string =>
  'share' in tolerance ? `${tolerance.share}%` : [tolerance.amount, tolerance.currency].join(' ').trim();

export const listWords = (items: readonly string[]): string =>
  items.length === 0 ? 'nothing' : items.join(', ');
export const whenWords = (when: string | null): string => when ?? 'always';
export const titleWords = (title: Localized | undefined): string =>
  title === undefined
    ? 'none'
    : Object.entries(title)
        .map(([language, text]) => `${language} “${text}”`)
        .join(', ');

const overrideWords = ({ by, review }: NonNullable<Approve['override']>): string =>
  `${assigneesWords(by)}, reviewed by ${assigneesWords(review)}`;

/** What may change in an approve step, each clause in words. */
export function approveWords(step: Approve): { readonly [clause: string]: string } {
  const { escalate } = step;
  return {
    title: titleWords(step.title),
    when: whenWords(step.when),
    by: assigneesWords(step.by),
    need: quorumWords(step.need),
    reviews: step.reviews === 'all' ? 'everything' : listWords(step.reviews),
    requires: listWords(step.requires ?? []),
    askAgain: step.askAgain === 'always' ? 'after every revision' : 'only if something reviewed changed',
    decisions: listWords(step.decisions),
    reasons: step.reasons === undefined ? 'where there is a catalogue' : listWords(step.reasons),
    reject: rejectWords(step.reject),
    fallback: step.fallback ? assigneesWords(step.fallback) : 'nobody',
    whileActive: step.whileActive
      ? 'approvals of those who left do not count'
      : 'approvals of those who left count',
    remind: listWords(step.remind.map(durationWords)),
    escalate: escalate
      ? `${escalate.replace ? 'replace by' : 'add'} ${assigneesWords(escalate.add)} after ${durationWords(escalate.after)}`
      : 'never',
    carry:
      step.carry === undefined
        ? 'everybody decides each step'
        : 'an earlier approval by the same person counts',
    override: step.override ? overrideWords(step.override) : 'nobody',
    bulk: step.bulk ? 'may be decided together with others' : 'is decided alone',
  };
}
