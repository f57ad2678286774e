import { createHash } from 'node:crypto';
import type { XesCase, XesEvent } from './xes.ts';

/** Steps of `examples/expense-declaration`, by the role that acts in them. */
export const STEP_OF_ROLE = {
  ADMINISTRATION: 'administration',
  'BUDGET OWNER': 'budget-owner',
  PRE_APPROVER: 'pre-approver',
  SUPERVISOR: 'supervisor',
} as const;
export type ApproverRole = keyof typeof STEP_OF_ROLE;

/** What the definition asks of each submission; derived from the events that followed it. */
export type Needs = {
  readonly preApprover: boolean;
  readonly administration: boolean;
  readonly budgetOwner: boolean;
};

/** The fields of `examples/expense-declaration`. */
export type Content = Needs & {
  readonly declarationNumber: string;
  readonly budgetNumber: string;
  readonly amount: { readonly amount: string; readonly currency: 'EUR' };
};

export type Action =
  | { readonly act: 'save' | 'submit'; readonly content: Content }
  | { readonly act: 'decide'; readonly role: ApproverRole; readonly decision: 'approve' | 'return' }
  /** The employee takes it back. */
  | { readonly act: 'withdraw' }
  /** Somebody whose role the log does not name rejects it after its final approval. */
  | { readonly act: 'reopen' }
  | { readonly act: 'pay'; readonly state: 'started' | 'done' };

export type PlannedEvent = {
  readonly case: XesCase;
  /** Place of the case in the file, and of the event in the case: ties of time are broken by these. */
  readonly order: readonly [number, number];
  readonly event: XesEvent;
  readonly action: Action;
};

/** Does a final approval stand before the event? A new submission and every rejection end it. */
export function isApprovedBefore(one: XesCase, i: number): boolean {
  const last = one.events.slice(0, i).findLast(({ activity }) => activity.startsWith('Declaration '));
  return last?.activity.startsWith('Declaration FINAL_APPROVED') === true;
}

/** Says for each event of a case what it asks of Countersign. Throws on an activity that this importer does not know. */
export function planCase(one: XesCase, index: number): PlannedEvent[] {
  return one.events.map((event, i) => ({
    case: one,
    order: [index, i],
    event,
    action: actionOf(one, event, i),
  }));
}

function actionOf(one: XesCase, event: XesEvent, i: number): Action {
  const { activity } = event;
  if (activity === 'Request Payment') return { act: 'pay', state: 'started' };
  if (activity === 'Payment Handled') return { act: 'pay', state: 'done' };
  const [, verb = '', role = ''] = /^Declaration (\w+) by (.+)$/.exec(activity) ?? [];
  if (role === 'EMPLOYEE') {
    if (verb === 'SAVED')
      return { act: 'save', content: contentOf(event, needsAfter(one, submissionAfter(one, i))) };
    if (verb === 'SUBMITTED') return { act: 'submit', content: contentOf(event, needsAfter(one, i)) };
    if (verb === 'REJECTED') return { act: 'withdraw' };
  }
  if (role === 'MISSING' && verb === 'REJECTED') return { act: 'reopen' };
  if (isApprover(role)) {
    if (verb === 'APPROVED' || verb === 'FINAL_APPROVED') return { act: 'decide', role, decision: 'approve' };
    if (verb === 'REJECTED') return { act: 'decide', role, decision: 'return' };
  }
  throw new Error(`Case ${one.name}: this importer does not know the activity "${activity}".`);
}

const isApprover = (role: string): role is ApproverRole => Object.hasOwn(STEP_OF_ROLE, role);

/** A draft is filed as it will be submitted; one that never is needs nobody but the supervisor. */
function submissionAfter(one: XesCase, i: number): number {
  const next = one.events.findIndex((event, k) => k > i && event.activity === SUBMITTED);
  return next === -1 ? i : next;
}

const SUBMITTED = 'Declaration SUBMITTED by EMPLOYEE';

function contentOf({ attributes, activity }: XesEvent, needs: Needs): Content {
  const text = (key: string): string => {
    const value = attributes.get(`(case)_${key}`);
    if (value === undefined) throw new Error(`An event "${activity}" has no attribute (case)_${key}.`);
    return value;
  };
  return {
    ...needs,
    declarationNumber: text('DeclarationNumber'),
    budgetNumber: text('BudgetNumber'),
    amount: { amount: roundToCents(text('Amount')), currency: 'EUR' },
  };
}

/** The log holds no organization chart: which approvers a submission needed is read from who acted on it. */
function needsAfter(one: XesCase, i: number): Needs {
  const roles = new Set<string>();
  for (const later of one.events.slice(i + 1)) {
    if (later.activity === SUBMITTED) break;
    roles.add(later.role);
  }
  return {
    preApprover: roles.has('PRE_APPROVER'),
    administration: roles.has('ADMINISTRATION'),
    budgetOwner: roles.has('BUDGET OWNER'),
  };
}

/** All events of all cases in global time order (ENGINE 18). */
export const inTimeOrder = (events: PlannedEvent[]): PlannedEvent[] =>
  events.sort(
    (a, b) =>
      (a.event.at < b.event.at ? -1 : a.event.at > b.event.at ? 1 : 0) ||
      a.order[0] - b.order[0] ||
      a.order[1] - b.order[1],
  );

/** Made-up people, one set for each role. The log has no names: "STAFF MEMBER" stands for all. */
export const CAST = {
  EMPLOYEE: 40,
  ADMINISTRATION: 4,
  'BUDGET OWNER': 6,
  PRE_APPROVER: 3,
  SUPERVISOR: 8,
  MISSING: 2,
} as const;
export type CastRole = keyof typeof CAST;

export const userName = (role: CastRole, n: number): string =>
  `${role.toLowerCase().replace(/[^a-z]/g, '-')}-${String(n + 1).padStart(2, '0')}`;

/** The person who plays a role in a case: always the same one for the same case and seed. */
export function castOf(role: CastRole, caseName: string, seed = ''): string {
  const digest = createHash('sha256').update(`${seed}${role}\n${caseName}`).digest();
  return userName(role, digest.readUInt32BE(0) % CAST[role]);
}

/** The source's amounts are disguised and carry up to 14 decimals; an amount of money has two. Half up, exactly. */
export function roundToCents(amount: string): string {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!match) throw new Error(`${amount} is not an amount.`);
  const [, whole = '0', decimals = ''] = match;
  const cents =
    BigInt(whole + decimals.slice(0, 2).padEnd(2, '0')) + (Number(decimals[2] ?? '0') >= 5 ? 1n : 0n);
  const text = cents.toString().padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}
