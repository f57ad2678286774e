import { comesAfter, coversReview } from '../after.ts';
import { single } from '../assignees.ts';
import type { Approve, Assignees } from '../model.ts';
import { didYouMean } from '../shape/suggest.ts';
import { type Checking, caution, fault } from './checking.ts';

/** Quorums and separations that nobody could ever satisfy. */
export function checkPeople(c: Checking): void {
  for (const { node, path } of c.nodes) {
    if (node.kind !== 'approve') continue;
    checkQuorum(c, node, path);
    checkCarry(c, node, path);
    checkEach(c, node, path);
  }
  checkDifferent(c);
}

function checkQuorum(c: Checking, step: Approve, path: string): void {
  const most = mostPersons(everyone(step));
  const { need, reject } = step;
  if (need.rule === 'atLeast' && need.n > most) {
    const message = `\`${step.id}\` can never be satisfied: it needs ${need.n} approvals, but asks at most ${persons(most)}. Lower \`need\`, or ask more.`;
    fault(c, 'never-satisfied', `${path}.need`, message);
  }
  if (reject.rule === 'atLeast' && reject.n > most) {
    const message = `\`${step.id}\` could never be rejected: that takes ${reject.n} rejections, but it asks at most ${persons(most)}. Lower \`atLeast\`.`;
    fault(c, 'never-satisfied', `${path}.reject`, message);
  }
}

/** Each name of `need: { legal: 1, finance: 2 }` must be one group or role that the step asks. */
function checkEach(c: Checking, step: Approve, path: string): void {
  if (step.need.rule !== 'each') return;
  const asked = single(everyone(step), '').flatMap(({ by }) =>
    by.by === 'group' ? [by.group] : by.by === 'role' ? [`role ${by.role}`] : [],
  );
  const names = new Set(asked.map((one) => one.replace('role ', '')));
  for (const { name } of step.need.of) {
    const place = `${path}.need.${name}`;
    if (!names.has(name))
      fault(
        c,
        'unknown-name',
        place,
        `\`${step.id}\` asks no group and no role \`${name}\`.${didYouMean(name, [...names])} Name those under \`by\`.`,
      );
    else if (asked.includes(name) && asked.includes(`role ${name}`))
      fault(
        c,
        'duplicate',
        place,
        `\`${name}\` is a group and a role that \`${step.id}\` asks: which one counts? Rename one.`,
      );
  }
}

function checkCarry(c: Checking, step: Approve, path: string): void {
  // The matrix may ask a chain, and a decision be carried from rung to rung.
  if (step.carry === undefined || step.by.by === 'matrix') return;
  const { route, separate } = c.definition;
  const source = c.nodes.some(
    ({ node }) =>
      node.kind === 'approve' &&
      comesAfter(route, node.id, step.id) &&
      coversReview(node, step) &&
      !separate.different.some((steps) => steps.includes(node.id) && steps.includes(step.id)),
  );
  if (source) return;
  const message = `Nothing is ever carried into \`${step.id}\`: no earlier step reviews all that it reviews, unless separation forbids one person for both. Leave out \`carry\`, or let the earlier step review as much.`;
  caution(c, 'never-happens', `${path}.carry`, message);
}

function persons(n: number): string {
  return n === 1 ? 'one person' : `${n} persons`;
}

/** Escalation adds people. A fallback comes in only where nobody is left, so it counts by itself. */
function everyone(step: Approve): Assignees {
  const some = step.escalate ? [step.by, step.escalate.add] : [step.by];
  return { by: 'any', any: step.fallback ? [...some, step.fallback] : some };
}

/** How many persons this can mean at most; infinite where the directory decides. */
function mostPersons(by: Assignees): number {
  const all = single(by, '').flatMap((one) => (one.path.endsWith('.until') ? [] : [one.by]));
  const users = new Set(all.flatMap((one) => (one.by === 'user' ? [one.user] : [])));
  return all.reduce((sum, one) => sum + personsBeside(one), users.size);
}

function personsBeside(by: Assignees): number {
  switch (by.by) {
    case 'user':
      return 0;
    case 'field':
      return 1;
    case 'manager':
      return by.until ? 1 : by.levels;
    case 'group':
    case 'role':
    case 'matrix':
      return Number.POSITIVE_INFINITY;
    case 'any':
      return mostPersons(by);
    default: {
      const never: never = by;
      return never;
    }
  }
}

/** Two steps that must be decided by different persons, and both ask one and the same. */
function checkDifferent(c: Checking): void {
  const only = new Map<string, string>();
  for (const { node } of c.nodes)
    if (node.kind === 'approve' && node.by.by === 'user' && !node.fallback && !node.escalate)
      only.set(node.id, node.by.user);
  for (const steps of c.definition.separate.different)
    for (const [i, step] of steps.entries()) {
      const person = only.get(step);
      const other = steps.slice(0, i).find((earlier) => person !== undefined && only.get(earlier) === person);
      if (other === undefined) continue;
      const message = `\`${other}\` and \`${step}\` must be decided by different persons, but both ask only ${person}: this can never be satisfied.`;
      fault(c, 'never-satisfied', 'separate', message);
    }
}
