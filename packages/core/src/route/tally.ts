import { shareOf } from '../decimal.ts';
import type { Approve, Quorum } from '../definition/model.ts';
import { type Fold, placesOf, standingOn } from '../request/fold.ts';
import type { Decision, Via } from '../request/model.ts';
import { overrideOf } from '../request/overrides.ts';
import type { Context } from '../request/result.ts';
import { openRungOf, standingIn, standingNow } from '../request/rungs.ts';
import { addedApprovers, isAdded, isOnAddedPlace } from './added.ts';
import { namesOf, wanting } from './seats.ts';

/** Where a step stands. `open`: places that can still be answered by somebody eligible. */
export type Tally = {
  readonly approvals: number;
  readonly rejections: number;
  readonly abstentions: number;
  readonly open: number;
  readonly required: number;
  /** Those who were added besides the quorum, and how many of them have approved; absent where nobody was. */
  readonly added?: { readonly asked: number; readonly approved: number };
  /** Of whom approvals are wanting, where so many of each group are needed; else absent. */
  readonly wanting?: readonly string[];
  readonly verdict: 'approved' | 'rejected' | 'blocked' | 'open';
};

/** Approvals needed when `people` are eligible. Never below one: nothing passes because nobody is there (N1). */
export function requiredApprovals(need: Quorum, people: number): number {
  switch (need.rule) {
    case 'any':
      return 1;
    case 'all':
      return Math.max(1, people);
    case 'atLeast':
      return Math.max(1, need.n);
    case 'each':
      return Math.max(
        1,
        need.of.reduce((sum, { n }) => sum + n, 0),
      );
    case 'share':
      return Math.max(1, shareOf(need.percent, people));
    default: {
      const never: never = need;
      return never;
    }
  }
}

/** `all` and shares freeze their roster when the step opens; `any` and `n` follow live membership (SEMANTICS 8). */
export const freezesRoster = (need: Quorum): boolean => need.rule === 'all' || need.rule === 'share';

/** Who has used their one place in a step or its open rung, for themself or for somebody, or by somebody who acted for them. */
export const actors = (fold: Fold, step: string): ReadonlySet<string> => actorsOf(standingNow(fold, step));

const NOBODY: ReadonlySet<string> = new Set();

function actorsOf(decisions: readonly Decision[]): ReadonlySet<string> {
  if (decisions.length === 0) return NOBODY;
  const persons = new Set<string>();
  for (const d of decisions) persons.add(d.person).add(d.principal);
  return persons;
}

/**
 * Counts persons, one place each, however many paths lead to them (SEMANTICS 7–9).
 * @param rung of a chain, which has a quorum of its own; else the open one, if there is one
 */
export function tally(
  fold: Fold & { readonly context: Context },
  step: Approve,
  eligible: ReadonlyMap<string, readonly Via[]>,
  rung = openRungOf(fold.state.steps[step.id]),
): Tally {
  const decisions = standingIn(fold, step.id, rung);
  const acted = actorsOf(decisions);
  const n = { approvals: 0, rejections: 0, abstentions: 0, open: 0, required: 1 };
  for (const d of decisions) {
    if (d.decision === 'reject') n.rejections += 1;
    else if (d.decision === 'abstain') n.abstentions += 1;
    else if (d.decision === 'approve' && counts(d, step, fold.context) && !isOnAddedPlace(fold.state, d))
      n.approvals += 1;
  }
  const open = new Set<string>();
  let more = 0;
  for (const a of placesOf(fold, step.id)) {
    if (a.status !== 'open' || !eligible.has(a.person) || acted.has(a.person)) continue;
    open.add(a.person);
    if (isAdded(a.via)) more += 1;
    else n.open += 1;
  }
  const own = fold.state.steps[step.id];
  n.required = own?.rungs?.find((one) => one.rung === rung)?.required ?? own?.required ?? 1;
  const each = step.need.rule === 'each' ? seatsOf(fold, step, step.need, eligible, acted) : null;
  const rejections = rung === undefined ? n.rejections : rejectionsOn(fold, step.id);
  const verdict = quorumVerdict(step, { ...n, rejections }, more, each ?? numbers(n));
  const wants = each ? { wanting: each.wanting } : {};
  const asked = addedApprovers(fold.state, step.id);
  if (asked.length === 0) return { ...n, ...wants, verdict };
  return { ...n, ...wants, ...withAsked(fold, step, asked, open, verdict) };
}

/** Rejections count over all rungs: whoever was asked earlier has said no to the same request. */
const rejectionsOn = (fold: Fold, step: string): number =>
  standingOn(fold, step).filter((d) => d.decision === 'reject').length;

/** Added control only ever adds: the step needs its quorum, and each of those who were added (SEMANTICS 21). */
function withAsked(
  fold: Fold & { readonly context: Context },
  step: Approve,
  asked: readonly string[],
  open: ReadonlySet<string>,
  verdict: Tally['verdict'],
): Pick<Tally, 'added' | 'verdict'> {
  const decided = (kind: Decision['decision']): ReadonlySet<string> =>
    new Set(
      standingOn(fold, step.id).flatMap((d) =>
        d.decision === kind && counts(d, step, fold.context) ? [d.principal] : [],
      ),
    );
  const [approved, rejected] = [decided('approve'), decided('reject')];
  const missing = asked.filter((person) => !approved.has(person));
  const added = { asked: asked.length, approved: asked.length - missing.length };
  if (verdict === 'rejected' || missing.some((person) => rejected.has(person)))
    return { added, verdict: 'rejected' };
  if (missing.some((person) => !open.has(person))) return { added, verdict: 'blocked' };
  return { added, verdict: verdict === 'approved' && missing.length > 0 ? 'open' : verdict };
}

/** A settled step whose approvals count only while their makers are active, and now are too few (SEMANTICS 8). */
export function hasLapsed(fold: Fold & { readonly context: Context }, step: Approve): boolean {
  if (!step.whileActive) return false;
  const override = overrideOf(fold.state, step.id);
  if (override) return fold.context.facts.person(override.person).value?.active !== true;
  const rungs = fold.state.steps[step.id]?.rungs;
  return rungs ? rungs.some(({ rung }) => isShort(fold, step, rung)) : isShort(fold, step, undefined);
}

/** Do too few approvals count, of those that once were enough? */
function isShort(
  fold: Fold & { readonly context: Context },
  step: Approve,
  rung: string | undefined,
): boolean {
  const { approvals, required, added, wanting: wants = [] } = tally(fold, step, new Map(), rung);
  return approvals < required || wants.length > 0 || (added !== undefined && added.approved < added.asked);
}

/** Has a rung been approved, and is that still so? */
export function isRungSettled(
  fold: Fold & { readonly context: Context },
  step: Approve,
  rung: string,
): boolean {
  const one = fold.state.steps[step.id]?.rungs?.find((each) => each.rung === rung);
  return one?.status === 'approved' && !(step.whileActive && isShort(fold, step, rung));
}

function counts(decision: Decision, step: Approve, context: Context): boolean {
  if (!step.whileActive) return true;
  return [decision.person, decision.principal].every((p) => context.facts.person(p).value?.active === true);
}

type Count = { approvals: number; rejections: number; open: number; required: number };

/** Is the quorum met; can it be, by those who are asked; could it have been, but for rejections? */
type Reach = { readonly met: boolean; readonly possible: boolean; readonly rejected: boolean };

const numbers = (n: Count): Reach => ({
  met: n.approvals >= n.required,
  possible: n.approvals + n.open >= n.required,
  rejected: n.approvals + n.open + n.rejections >= n.required,
});

/** Who decided counts for what they were when they did; who is asked, for what they are now. */
function seatsOf(
  fold: Fold & { readonly context: Context },
  step: Approve,
  need: Extract<Quorum, { rule: 'each' }>,
  eligible: ReadonlyMap<string, readonly Via[]>,
  acted: ReadonlySet<string>,
): Reach & { readonly wanting: readonly string[] } {
  const decided = (kind: Decision['decision']): (readonly string[])[] =>
    standingOn(fold, step.id)
      .filter((d) => d.decision === kind && counts(d, step, fold.context) && !isOnAddedPlace(fold.state, d))
      .map((d) => d.countsFor ?? []);
  const open = placesOf(fold, step.id)
    .filter((a) => a.status === 'open' && !isAdded(a.via) && !acted.has(a.person))
    .map((a) => namesOf(need, eligible.get(a.person) ?? []));
  const [approved, rejected] = [decided('approve'), decided('reject')];
  const wants = wanting(need, approved);
  return {
    met: wants.length === 0,
    possible: wanting(need, [...approved, ...open]).length === 0,
    rejected: wanting(need, [...approved, ...open, ...rejected]).length === 0,
    wanting: wants,
  };
}

/** `more`: open places besides the quorum's. */
function quorumVerdict(step: Approve, n: Count, more: number, reach: Reach): Tally['verdict'] {
  const { rule } = step.reject;
  if (rule === 'first' && n.rejections > 0) return 'rejected';
  if (rule === 'atLeast' && n.rejections >= step.reject.n) return 'rejected';
  if (reach.met && (rule !== 'wait' || n.open + more === 0)) return 'approved';
  if (reach.possible) return 'open';
  // Out of reach: by rejections the answer is no; by abstentions or vacancies there is no answer (SEMANTICS 9).
  return reach.rejected ? 'rejected' : 'blocked';
}
