/** A bug that breaks a rule: what stands in a file of the core, once, and what is put there while it is planted. */
export type Plant = {
  readonly bug: string;
  readonly changes: readonly { readonly file: string; readonly find: string; readonly put: string }[];
};

type Change = Plant['changes'][number];

/** An expression has another value while the bug is planted. */
const instead = (file: string, find: string, put: string): Change => ({
  file,
  find,
  put: `(PLANTED ? (${put}) : (${find}))`,
});
/** Anything else; `PLANTED` is true while the bug is planted. */
const rewritten = (file: string, find: string, put: string): Change => ({ file, find, put });
const plant = (bug: string, ...changes: readonly Change[]): Plant => ({ bug, changes });
const swap = (bug: string, file: string, find: string, put: string): Plant =>
  plant(bug, instead(file, find, put));

const TALLY = 'route/tally.ts';
const REVISE = 'request/decide/revise.ts';
const AUTHORITY = 'request/decide/authority.ts';
const DELEGATION = 'authority/delegation.ts';
const OVERRIDE = 'request/decide/override.ts';
const SEPARATION = 'authority/separation.ts';

/** By the numbers of docs/reference/semantics.md. */
export const PLANTS: readonly Plant[] = [
  // 3
  plant(
    'an unknown `when` skips',
    instead('route/wanted.ts', "result === 'unknown'", 'false'),
    rewritten('route/wanted.ts', 'if (!result)', "if (!result || (PLANTED && result === 'unknown'))"),
  ),
  swap(
    'an unknown condition chooses its branch',
    'route/advance.ts',
    "outcome.result === 'unknown'",
    'false',
  ),
  swap(
    'a branch that passes skips its steps',
    'route/advance.ts',
    'branch.pass === null || branch.steps.length > 0',
    'branch.pass === null',
  ),
  // 4, 5
  swap('a decision stands though what it reviewed has changed', REVISE, 'touched.length > 0', 'false'),
  swap('`askAgain: always` does not ask again', REVISE, "reviewed?.askAgain === 'always'", 'false'),
  swap(
    'whoever returned it is not asked again',
    REVISE,
    "decision.decision === 'return' || decision.decision === 'reject'",
    'false',
  ),
  plant(
    'a maker who has lost their authority keeps their decision',
    rewritten('route/keep.ts', '} else if (use.ok) {', '} else if (PLANTED || use.ok) {'),
  ),
  // 6
  swap(
    'rework does not void what came after',
    'request/decide/rework.ts',
    'decision.standing && steps.has(decision.step)',
    'decision.standing && decision.step === data.to',
  ),
  // 7
  swap('a rejection does not end the step', TALLY, "rule === 'first' && n.rejections > 0", 'false'),
  swap(
    'one rejection more than declared is needed',
    TALLY,
    'n.rejections >= step.reject.n',
    'n.rejections > step.reject.n',
  ),
  swap('`reject: wait` does not wait', TALLY, "rule !== 'wait' || n.open + more === 0", 'true'),
  // 8
  swap(
    'a quorum counts paths instead of persons',
    TALLY,
    'n.approvals += 1',
    'n.approvals += Math.max(1, (fold.state.assignments.find((a) => a.n === d.assignment)?.via ?? []).length)',
  ),
  swap(
    'a leaver shrinks the denominator',
    TALLY,
    'own?.required ?? 1',
    'freezesRoster(step.need) ? requiredApprovals(step.need, eligible.size) : (own?.required ?? 1)',
  ),
  swap('a step that nobody may decide passes', TALLY, 'Math.max(1, people)', 'people'),
  swap('a leaver leaves no vacancy', 'route/reconcile.ts', 'frozen || isAdded(a.via)', 'isAdded(a.via)'),
  plant(
    'whoever joins later is on a frozen roster',
    instead('route/reconcile.ts', '!frozen || addedLater(via)', 'true'),
    instead('route/reconcile.ts', 'asksMatrix(step)', 'true'),
  ),
  swap(
    'one person counts for each of their groups',
    'route/seats.ts',
    'seat(person, new Set())',
    '(persons[person] ?? []).forEach((name) => seats.get(name)?.taken.push(person))',
  ),
  plant(
    'an approval outlasts its maker in spite of `whileActive`',
    rewritten(TALLY, 'if (!step.whileActive) return true;', 'if (PLANTED || !step.whileActive) return true;'),
  ),
  // 9
  swap('an abstention counts as an approval', TALLY, 'n.abstentions += 1', 'n.approvals += 1'),
  swap(
    'an abstention shrinks the denominator',
    TALLY,
    'n.approvals >= n.required',
    'n.approvals >= n.required - n.abstentions',
  ),
  swap(
    'a quorum out of reach by abstentions is rejected',
    TALLY,
    "reach.rejected ? 'rejected' : 'blocked'",
    "'rejected'",
  ),
  swap(
    'a decision that is not offered is taken',
    'request/decide/decision.ts',
    '!step.decisions.includes(data.decision)',
    'false',
  ),
  // 10
  swap(
    'a decision is carried over a separation',
    'authority/candidates.ts',
    'inactive(context, person) ?? excluded(person)',
    'inactive(context, person) ?? (step.carry ? null : excluded(person))',
  ),
  swap(
    'what was decided for somebody else is carried',
    'route/carry.ts',
    'd.person !== place.person || d.principal !== place.person',
    'd.person !== place.person',
  ),
  swap('a decision is carried that reviewed less', 'route/carry.ts', 'coversReview(earlier, step)', 'true'),
  // 11, 12
  swap('the requester is not excluded', SEPARATION, 'state.requester === person', 'false'),
  swap('the beneficiary is not excluded', SEPARATION, 'state.beneficiary === person', 'false'),
  swap('the editor is not excluded', SEPARATION, 'state.revision.editors.includes(person)', 'false'),
  swap('`different` steps may be decided by the same person', SEPARATION, 'decided?.has(person)', 'false'),
  swap(
    'a later revision washes the edit out',
    REVISE,
    'person === null || before.includes(person) ? before : [...before, person].sort()',
    'person === null ? before : [person]',
  ),
  // 13
  swap(
    'the delegate of an excluded principal may decide',
    'authority/place.ts',
    '!people.eligible.has(principal)',
    '!people.eligible.has(principal) && person === principal',
  ),
  swap('a delegate who is excluded decides', 'authority/place.ts', 'reason === null', 'true'),
  swap('a delegation is used after its end', DELEGATION, 'now < d.ends', 'true'),
  swap('a delegation is used before it starts', DELEGATION, 'd.starts <= now', 'true'),
  swap(
    'a delegation is passed on that may not be',
    DELEGATION,
    'depth > 1 && link.redelegable !== true',
    'false',
  ),
  swap('a delegation is used above its limit', DELEGATION, '!d.limit', 'true'),
  swap(
    'a delegation is used outside its categories',
    DELEGATION,
    'd.categories && !isOfCategories(state, d.categories)',
    'false',
  ),
  swap(
    'a delegate who has left decides',
    'authority/place.ts',
    'context.facts.person(person).value?.active !== true',
    'false',
  ),
  swap(
    'a person decides twice, for themself and for somebody',
    AUTHORITY,
    'uses(d, person) || uses(d, principal)',
    'uses(d, principal)',
  ),
  swap('a delegate keeps their own place open', 'request/decide/decision.ts', 'own.length === 0', 'true'),
  swap('anybody may ratify', 'request/decide/ratify.ts', 'personOf(actor) !== principal', 'false'),
  // 2, 17
  swap(
    'a stale digest is accepted',
    AUTHORITY,
    'data.revisionDigest !== work.state.revision.digest',
    'false',
  ),
  swap(
    'the deadline is ignored until an alarm fires',
    'request/decide/guards.ts',
    'expiresAt === null || work.context.now < expiresAt',
    'true',
  ),
  swap(
    'at the deadline itself there is still time',
    'request/decide/guards.ts',
    'work.context.now < expiresAt',
    'work.context.now <= expiresAt',
  ),
  swap(
    'an escalation that replaces leaves the others',
    'route/people.ts',
    'step.escalate.replace ? added : merge(people, added)',
    'merge(people, added)',
  ),
  // 18
  swap('whoever has had a part in a step overrides it', OVERRIDE, 'acted === undefined', 'true'),
  swap('an override that nobody can review is taken', OVERRIDE, 'reviewers.length === 0', 'false'),
  // 19, 20, 21
  plant(
    'a check without an answer has passed',
    rewritten(
      'request/decide/alarms.ts',
      "answer: 'unknown', reference: null, timedOut: true",
      "answer: PLANTED ? 'pass' : 'unknown', reference: null, timedOut: true",
    ),
  ),
  swap(
    'a hold lets a failed check be answered again',
    'request/decide/alarms.ts',
    "step.check === null || node.else[step.check] === 'hold'",
    'true',
  ),
  swap(
    'reopening is allowed after an effect',
    'request/decide/lifecycle.ts',
    'receipted !== undefined',
    'false',
  ),
  swap(
    'the requester lifts an approver’s hold',
    'request/decide/lifecycle.ts',
    'personOf(actor) !== null && personOf(actor) !== set.by && !isAsked(work, actor)',
    'false',
  ),
  swap(
    'what is on hold is settled',
    'route/advance.ts',
    'isActive(work.state) && work.state.hold === null',
    'isActive(work.state)',
  ),
  swap(
    'an added approval counts for the quorum',
    TALLY,
    "d.decision === 'approve' && counts(d, step, fold.context) && !isOnAddedPlace(fold.state, d)",
    "d.decision === 'approve' && counts(d, step, fold.context)",
  ),
  swap(
    'nobody waits for whom was added before them',
    'request/decide/decision.ts',
    'awaited.length === 0',
    'true',
  ),
];
