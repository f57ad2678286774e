import type { Approve, Check, Node } from '../../../src/definition/model.ts';
import { holds } from './conditions.ts';
import { hasLapsed, verdict } from './count.ts';
import { whoMay } from './people.ts';
import { closePlaces, dropAlarms, end, later, returned } from './request.ts';
import { blank, type Model, type Step } from './state.ts';
import { openStep, refresh } from './step.ts';

/** A part of the route is behind us, or something in it waits, or the request has ended or gone back. */
type Passage = 'through' | 'waits' | 'over';

/** Does what has become due, from the top, until nothing more happens. A hold by a person stops it all. */
export function goOn(m: Model): void {
  for (;;) {
    if (m.status !== 'active' || m.hold !== null) return;
    const before = snapshot(m);
    if (inTurn(m, m.definition.route) === 'through') return end(m, 'approved');
    if (snapshot(m) === before) return;
  }
}

const snapshot = ({ status, steps, openings, places, decisions, overrides, alarms }: Model): string =>
  JSON.stringify([status, steps, openings, places, decisions, overrides, alarms]);

function inTurn(m: Model, nodes: readonly Node[]): Passage {
  for (const node of nodes) {
    const passage = pass(m, node);
    if (passage !== 'through') return passage;
  }
  return 'through';
}

function sideBySide(m: Model, nodes: readonly Node[]): Passage {
  let all: Passage = 'through';
  for (const node of nodes) {
    const passage = pass(m, node);
    if (passage === 'over') return 'over';
    if (passage === 'waits') all = 'waits';
  }
  return all;
}

function pass(m: Model, node: Node): Passage {
  const own = m.steps[node.id];
  if (own?.is === 'skipped') return 'through';
  switch (node.kind) {
    case 'approve':
      return passApprove(m, node, own);
    case 'check':
      return passCheck(m, node, own);
    case 'sequence':
    case 'parallel':
      if (node.when !== null && own?.is !== 'chosen') {
        const wanted = isWanted(m, node, node.when);
        if (wanted !== true) return wanted;
        m.steps[node.id] = { ...blank(), is: 'chosen' };
      }
      return node.kind === 'sequence' ? inTurn(m, node.steps) : sideBySide(m, node.steps);
    case 'choose': {
      let branch = own?.is === 'chosen' || own?.is === 'passed' ? own.branch : null;
      for (let i = 0; branch === null && i < node.branches.length; i += 1) {
        const when = node.branches[i]?.when ?? null;
        const truth = when === null ? { is: true } : holds(m, when);
        if (truth.is === null) return hold(m, node, truth.missing);
        if (truth.is) branch = i;
      }
      const taken = node.branches[branch ?? -1];
      if (branch === null || !taken) throw new Error(`no branch of ${node.id} holds`);
      if (m.steps[node.id]?.is !== 'passed') m.steps[node.id] = { ...blank(), is: 'chosen', branch };
      const passage = inTurn(m, taken.steps);
      // A reason to pass replaces nobody who is asked on the way.
      if (passage === 'through' && taken.pass !== null)
        m.steps[node.id] = { ...blank(), is: 'passed', branch };
      return passage;
    }
    default: {
      const never: never = node;
      return never;
    }
  }
}

function isWanted(m: Model, node: Node, when: string | null): true | Passage {
  const truth = when === null ? { is: true } : holds(m, when);
  if (truth.is === null) return hold(m, node, truth.missing);
  if (truth.is) return true;
  m.steps[node.id] = { ...(m.steps[node.id] ?? blank()), is: 'skipped' };
  return 'through';
}

/** Unknown never skips. */
function hold(m: Model, node: Node, missing: readonly string[]): Passage {
  m.steps[node.id] = { ...(m.steps[node.id] ?? blank()), is: 'held', missing: [...missing] };
  return 'waits';
}

function passApprove(m: Model, step: Approve, own: Step | undefined): Passage {
  if (own?.is === 'approved' && !hasLapsed(m, step)) return 'through';
  if (own?.is === 'rejected') return 'waits';
  if (own?.is === 'open' || own?.is === 'blocked') refresh(m, step);
  else {
    const wanted = own?.is === 'approved' ? true : isWanted(m, step, step.when);
    if (wanted !== true) return wanted;
    const missing = openStep(m, step);
    if (missing.length > 0) return hold(m, step, missing);
  }
  const state = m.steps[step.id];
  if (!state) throw new Error(`${step.id} did not open`);
  const is = verdict(m, step, whoMay(m, step));
  state.is = is;
  if (is === 'approved') {
    closePlaces(m, 'no_longer_required', [step.id]);
    dropAlarms(m, step.id);
    return 'through';
  }
  if (is === 'rejected') {
    dropAlarms(m, step.id);
    end(m, 'rejected');
    return 'over';
  }
  return 'waits';
}

function passCheck(m: Model, node: Check, own: Step | undefined): Passage {
  if (own?.is === 'passed') return 'through';
  if (own?.answer === 'fail' || own?.answer === 'unknown') return follow(m, node, own, own.answer);
  if (own?.asked) return 'waits';
  const wanted = isWanted(m, node, node.when);
  if (wanted !== true) return wanted;
  m.steps[node.id] = { ...blank(), asked: true };
  m.alarms[`check:${node.id}`] = later(m.now, node.within);
  return 'waits';
}

function follow(m: Model, node: Check, own: Step, answer: 'fail' | 'unknown'): Passage {
  switch (node.else[answer]) {
    case 'reject':
      own.is = 'rejected';
      dropAlarms(m, node.id);
      end(m, 'rejected');
      return 'over';
    case 'return':
      returned(m);
      return 'over';
    case 'hold':
      return hold(m, node, [`checks.${node.id}`]);
    default: {
      const never: never = node.else[answer];
      return never;
    }
  }
}
