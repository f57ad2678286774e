import { createHash } from 'node:crypto';
import type { XesCase, XesEvent } from './xes.ts';

/** Steps of `examples/expense-declaration`, by the role that acts in them. */
export const STEP_OF_ROLE = {
  ADMINISTRATION: 'administration',
  'BUDGET OWNER': 'budget-owner',
  PRE_APPROVER: 'pre-approver',
  SUPERVISOR: 'supervisor',
  DIRECTOR: 'director',
} as const;
export type ApproverRole = keyof typeof STEP_OF_ROLE;

/** What the definition asks of each submission; derived from the events that followed it. */
export type Needs = {
  readonly preApprover: boolean;
  readonly administration: boolean;
  readonly budgetOwner: boolean;
  readonly director: boolean;
};

export type Action =
  | { readonly act: 'save' | 'submit'; readonly needs: Needs }
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
    if (verb === 'SAVED') return { act: 'save', needs: needsAfter(one, i) };
    if (verb === 'SUBMITTED') return { act: 'submit', needs: needsAfter(one, i) };
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

/** The log holds no organization chart: which approvers a submission needed is read from who acted on it. */
function needsAfter(one: XesCase, i: number): Needs {
  const roles = new Set<string>();
  for (const later of one.events.slice(i + 1)) {
    if (later.activity === 'Declaration SUBMITTED by EMPLOYEE') break;
    roles.add(later.role);
  }
  return {
    preApprover: roles.has('PRE_APPROVER'),
    administration: roles.has('ADMINISTRATION'),
    budgetOwner: roles.has('BUDGET OWNER'),
    director: roles.has('DIRECTOR'),
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
  DIRECTOR: 2,
  MISSING: 2,
} as const;
export type CastRole = keyof typeof CAST;

export const userName = (role: CastRole, n: number): string =>
  `${role.toLowerCase().replace(/[^a-z]/g, '-')}-${String(n + 1).padStart(2, '0')}`;

/** The person who plays a role in a case: always the same one for the same case. */
export function castOf(role: CastRole, caseName: string): string {
  const digest = createHash('sha256').update(`${role}\n${caseName}`).digest();
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
