import type { Phrases } from './phrases.ts';
import { listed, parts } from './words.ts';

const UNITS = { workdays: 'workday', D: 'day', H: 'hour', M: 'minute', S: 'second' };
const verdict = {
  fail: 'If it fails',
  unknown: 'If there is no answer by then, or the answer is that it is not known',
};
const then = {
  reject: 'the request is rejected',
  hold: 'the request is on hold until an answer comes',
  return: 'the request goes back to the requester',
};
const answers: { readonly [answer: string]: string } = { pass: 'has passed', fail: 'has failed' };

const NOUNS = { approve: 'An approval', reject: 'A rejection', return: 'A return', abstain: 'An abstention' };

export const english: Phrases = {
  language: 'en',
  and: 'and',
  or: 'or',
  yes: 'yes',
  no: 'no',
  always: 'always',
  never: 'never',
  revision: 'the number of the revision',
  everything: 'everything in the request',
  headings: { request: 'The request', route: 'The route', times: 'Times', rules: 'In all steps' },
  identity: {
    requester: 'the requester',
    submitter: 'the submitter',
    beneficiary: 'the beneficiary',
    editor: 'whoever has edited it',
  },
  decision: { approve: 'approve', reject: 'reject', return: 'return', abstain: 'abstain' },
  compare: {
    below: (a, b) => `${a} is below ${b}`,
    atMost: (a, b) => `${a} is at most ${b}`,
    above: (a, b) => `${a} is above ${b}`,
    atLeast: (a, b) => `${a} is at least ${b}`,
    is: (a, b) => `${a} is ${b}`,
    isNot: (a, b) => `${a} is not ${b}`,
  },
  quote: (text) => `“${text}”`,
  number: (text) => text,
  duration(duration) {
    const { n, unit } = parts(duration);
    return `${n} ${UNITS[unit]}${n === '1' ? '' : 's'}`;
  },
  list: listed,
  limit: (name, value) => `${value} (limit ${name})`,
  applies: (words) => `${words} applies`,
  not: (words) => `it is not so that ${words}`,
  given: (words) => `${words} is given`,
  total: (amount, by, within) =>
    `the sum of ${amount} over all requests with the same ${by} within ${within}, this one included,`,
  oneOf: (item, list) => `${item} is one of ${list}`,
  checkSaid: (check, answer, is) =>
    `the check ${check} ${is ? '' : 'is not one that '}${answers[answer] ?? `has answered ${answer}`}`,
  onlyIf: (condition) => `Only if ${condition}; otherwise it is skipped.`,
  field: {
    required: 'required',
    optional: 'optional',
    personal: 'personal, so sealed',
    many: 'several allowed',
    document: 'document',
    type: {
      ...{
        text: 'text',
        integer: 'whole number',
        decimal: 'number',
        money: 'amount of money',
        percent: 'percentage',
      },
      ...{
        boolean: 'yes or no',
        date: 'date',
        datetime: 'date and time',
        duration: 'duration',
        enum: 'choice',
      },
      ...{
        email: 'e-mail address',
        person: 'person',
        reference: 'reference to another system',
        lines: 'line items',
      },
    },
    in: (currency) => `in ${currency}`,
    of: (values) => `of ${values}`,
    listOf: (type) => `list (${type})`,
    max: (n) => `at most ${n}`,
    tolerance: (amount) => `a change of up to ${amount} since a decision asks nobody again`,
    visible: (condition) => `shown only if ${condition}`,
    computed: (expression) => `computed as ${expression}`,
    rows: (n) => `at most ${n} rows`,
    section: (title) => `Section ${title}:`,
  },
  by: {
    user: (person) => `the person ${person}`,
    group: (group) => `the members of the group ${group}`,
    role: (role) => `the holders of the role ${role}`,
    field: (field) => `the person in ${field}`,
    manager: (of, levels) => (levels === 1 ? `the manager of ${of}` : `the ${levels} managers above ${of}`),
    managerUntil: (of, matrix, amount) =>
      `the first manager above ${of} whose limit in the authority matrix ${matrix} covers ${amount}`,
    matrix: (matrix, amount, columns) =>
      `whom the authority matrix ${matrix} names for ${listed([amount, ...columns], 'and')}`,
  },
  step: {
    asked: (step, whom) => `${step}: asks ${whom}.`,
    any: 'One of them must approve.',
    all: 'All of them must approve.',
    atLeast: (n) => `At least ${n} of them must approve.`,
    share: (percent) => `At least ${percent} % of them must approve, rounded up.`,
    each: (counts) => `So many must approve: ${counts}. Nobody is counted for two.`,
    requires: (documents) => `Nobody approves before these documents are there: ${documents}.`,
    reviews: (what) => `They decide about ${what}.`,
    askAgain: {
      changed: 'After a revision they are asked again if any of that has changed.',
      always: 'After every revision they are asked again.',
    },
    offered: (decisions) => `They may ${decisions}.`,
    reason: (decision, texts) => `${NOUNS[decision]} gives one of these reasons: ${texts}.`,
    rejectFirst: 'The first rejection ends the request as rejected.',
    rejectWait: 'Everybody answers first; too few approvals then end the request as rejected.',
    rejectAtLeast: (n) => `${n} rejections end the request as rejected.`,
    noReject: 'Nobody can reject here.',
    returned: 'A return gives the request back to the requester, and withdraws every open question.',
    abstained: 'An abstention is no approval.',
    fallback: (whom) => `If too few of them may decide, ${whom} are asked as well.`,
    blocked: 'If too few of them may decide, the step is blocked until somebody may.',
    whileActive: 'Approvals of people who have left do not count.',
    carried: 'Who has approved an earlier step that reviewed as much is not asked again.',
    bulk: 'It may be decided together with other requests, by one list.',
    overridden: (whom, reviewers, reasons) =>
      `In an emergency (${reasons}) the step may be settled by ${whom}; ${reviewers} review that afterwards.`,
    reminded: (after) => `Whoever has not answered is reminded after ${after}.`,
    escalated: (after, whom, instead) =>
      `Without a result after ${after}, ${whom} are asked ${instead ? 'instead' : 'as well'}.`,
  },
  part: {
    isPart: 'A part: other definitions use its steps, and no request is made of it alone.',
    heading: 'What it is given',
    otherwise: (value) => `otherwise ${value}`,
    used: (id, part) => `${id}: the steps of the part ${part}`,
    given: (values) => `It is given ${values}.`,
    unknown: 'What these steps are, this text does not say: the part was not given.',
  },
  route: {
    sequence: (id) => `${id}: one after the other`,
    parallel: (id) => `${id}: side by side`,
    choose: (id) => `${id}: the first case that applies`,
    case: (condition) => `If ${condition}:`,
    otherwise: 'Otherwise:',
    passed: (reason) => `Nobody else is asked. The reason: ${reason}`,
    check: (id, ask) => `${id}: asks another system (${ask}).`,
    sent: (values) => `It is sent ${values}.`,
    within: (duration) => `It has ${duration} to answer.`,
    consequence: (answer, then_) => `${verdict[answer]}, ${then[then_]}.`,
  },
  end: {
    approved: 'Once all steps are done, the request is approved.',
    due: (within) => `A decision is promised within ${within} of the submission.`,
    dueRange: (least, most) => `A request may ask for another time, from ${least} to ${most}.`,
    noDue: 'No time is promised.',
    expire: (after) =>
      `Undecided ${after} after its submission, the request ends as expired. Silence never approves.`,
    noExpire: 'A request does not expire; silence never approves.',
    zone: (zone, calendar) =>
      `Days ${calendar === undefined ? '' : `and workdays of the calendar ${calendar} `}are those of the time zone ${zone}; hours elapse.`,
    excluded: (who) => `Nobody decides a request of which they are ${who}, nor by delegation.`,
    nobodyExcluded: 'Nobody is excluded from deciding their own request.',
    different: (steps) => `Different persons decide ${steps}.`,
    rates: (currency, source, day, oldest) =>
      `Amounts in different currencies are compared in ${currency}, at the exchange rates of ${source} on the day ${day === null ? 'of the submission' : `that ${day} gives`}; rates older than ${oldest} count as missing.`,
    held: 'If a value that a condition reads is missing, the request waits on hold until it is given.',
    revised:
      'A revision runs the route again from the top; approvals stand where nothing that they were about has changed.',
    confidential: 'Only those concerned learn that a request exists.',
    number: (pattern) =>
      `A request is numbered ${pattern}: the year of its filing, and its place in the log.`,
    observed: (who) => `Of each request may also know, and decide nothing by that: ${who}.`,
    retained: (schedule) => `Its requests are kept by the schedule ${schedule}.`,
    reopen: (who) =>
      `A closed request may be reopened by its requester, submitter or beneficiary${who === '' ? '' : `, or by ${who}`}.`,
  },
};
