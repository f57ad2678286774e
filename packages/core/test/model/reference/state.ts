import type { Approve, DecisionKind, Definition, Node } from '../../../src/definition/model.ts';
import type { FieldValues } from '../../../src/values.ts';
import type { Grant } from './history.ts';

/** What the reference model makes of a history: plain lists, written in place, and looked through from end to end. */
export type Model = {
  definition: Definition;
  now: string;
  people: { [person: string]: { active: boolean; manager: string | null } };
  groups: { [name: string]: string[] };
  roles: { [name: string]: string[] };
  grants: (Grant & { recorded: string })[];

  status: 'none' | 'draft' | 'active' | 'returned' | 'closed';
  outcome: string | null;
  /** Who holds it. */
  hold: string | null;
  requester: string;
  submitter: string;
  beneficiary: string;
  editors: string[];
  revision: number;
  fields: FieldValues;
  dueAt: string | null;
  expiresAt: string | null;
  alarms: { [name: string]: string };
  effect: 'started' | 'done' | null;

  /** The steps that have been reached since the last revision or rework. */
  steps: { [id: string]: Step };
  /** How often each step has opened, ever. */
  openings: { [id: string]: number };
  places: Place[];
  decisions: Decision[];
  additions: Addition[];
  overrides: Override[];
};

export type Step = {
  is: 'open' | 'blocked' | 'held' | 'waiting' | 'approved' | 'rejected' | 'skipped' | 'passed' | 'chosen';
  required: number;
  branch: number;
  /** The answer to a check. */
  answer: 'pass' | 'fail' | 'unknown' | null;
  /** A check: it was asked. */
  asked: boolean;
  missing: string[];
  escalated: boolean;
};

export type Place = {
  key: string;
  step: string;
  opening: number;
  person: string;
  is: 'open' | 'decided' | 'withdrawn' | 'no_longer_required' | 'reassigned' | 'vacant' | 'excluded';
  /** Added by an approver, asked by an escalation, taken over from somebody. */
  added: boolean;
  escalated: boolean;
  from: string | null;
};

export type Decision = {
  key: string;
  place: string;
  step: string;
  person: string;
  principal: string;
  /** Everybody between the two and the two themselves; empty for an own place. */
  chain: string[];
  what: DecisionKind;
  stands: boolean;
  /** For which groups and roles it counts, where the quorum names some. */
  countsFor: string[];
  carriedFrom: string | null;
  ratified: boolean;
};

export type Addition = {
  step: string;
  person: string;
  by: string;
  as: 'approver' | 'adviser';
  order: 'before' | 'beside';
  is: 'asked' | 'advised' | 'taken_away';
};

export type Override = { step: string; person: string; stands: boolean; reviewed: boolean };

export const blank = (): Step => ({
  is: 'waiting',
  required: 0,
  branch: 0,
  answer: null,
  asked: false,
  missing: [],
  escalated: false,
});

export const childrenOf = (node: Node): readonly Node[] =>
  'steps' in node ? node.steps : node.kind === 'choose' ? node.branches.flatMap((b) => b.steps) : [];

export const allNodes = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((node) => [node, ...allNodes(childrenOf(node))]);

export const approveStep = (m: Model, id: string): Approve | null =>
  allNodes(m.definition.route).find((n): n is Approve => n.id === id && n.kind === 'approve') ?? null;

export const placesIn = (m: Model, step: string): Place[] => m.places.filter((p) => p.step === step);
/** Of the opening that is on. */
export const placesNow = (m: Model, step: string): Place[] =>
  placesIn(m, step).filter((p) => p.opening === m.openings[step]);
export const standingIn = (m: Model, step: string): Decision[] =>
  m.decisions.filter((d) => d.step === step && d.stands);
export const additionsTo = (m: Model, step: string): Addition[] =>
  m.additions.filter((a) => a.step === step && a.is !== 'taken_away');
export const addedApprovers = (m: Model, step: string): string[] =>
  additionsTo(m, step).flatMap((a) => (a.as === 'approver' ? [a.person] : []));

/** A person has one place in a step, whether they act for themself, for somebody, or somebody for them. */
export const hasActed = (m: Model, step: string, person: string): boolean =>
  standingIn(m, step).some((d) => d.person === person || d.principal === person);

export const onAddedPlace = (m: Model, d: Decision): boolean =>
  m.places.some((p) => p.key === d.place && p.added);

export const isActive = (m: Model, person: string): boolean => m.people[person]?.active === true;
export const isLate = (m: Model): boolean => m.expiresAt !== null && m.now >= m.expiresAt;
