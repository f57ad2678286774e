import type { Node } from '../../../src/definition/model.ts';
import type { FieldValues } from '../../../src/values.ts';
import { isFrozen, namesIn } from './count.ts';
import type { Act, Change, History } from './history.ts';
import { use, whoMay } from './people.ts';
import { refusal } from './refusals.ts';
import {
  addPlace,
  closePlaces,
  dropAlarms,
  end,
  returned,
  setDeadlines,
  voidDecisions,
  voidOverrides,
} from './request.ts';
import { goOn } from './route.ts';
import { allNodes, approveStep, blank, isLate, type Model, type Place, placesNow } from './state.ts';
import { after, lists } from './step.ts';

type Of<A extends Act['act']> = Extract<Act, { act: A }>;

/** All that a history amounts to, worked out from its beginning; and why its last act is refused, or null. */
export function interpret({ definition, items }: History): { model: Model; refused: string | null } {
  const model = nothing(definition);
  let refused: string | null = null;
  for (const item of items) {
    model.now = item.at;
    if ('change' in item) apply(model, item.change);
    else {
      refused = refusal(model, item.by, item.act);
      if (refused === null) perform(model, item.by, item.act);
    }
  }
  return { model, refused };
}

const nothing = (definition: Model['definition']): Model => ({
  ...{ definition, now: '', people: {}, groups: {}, roles: {}, grants: [] },
  ...{ status: 'none', outcome: null, hold: null, requester: '', submitter: '', beneficiary: '' },
  ...{ editors: [], revision: 0, fields: {}, dueAt: null, expiresAt: null, alarms: {}, effect: null },
  ...{ steps: {}, openings: {}, places: [], decisions: [], additions: [], overrides: [] },
});

function apply(m: Model, change: Change): void {
  switch (change.change) {
    case 'person':
      m.people[change.person] = { active: change.active, manager: change.manager };
      return;
    case 'group':
    case 'role': {
      const all = change.change === 'group' ? m.groups : m.roles;
      const others = (all[change.name] ?? []).filter((one) => one !== change.person);
      all[change.name] = change.member ? [...others, change.person] : others;
      return;
    }
    case 'grant':
      m.grants.push({ ...change.grant, recorded: m.now });
      return;
    case 'revoke':
      m.grants = m.grants.filter((one) => one.id !== change.id);
      return;
    default: {
      const never: never = change;
      return never;
    }
  }
}

function perform(m: Model, by: string | null, act: Act): void {
  switch (act.act) {
    case 'file':
      return file(m, by, act);
    case 'submit':
      return submit(m);
    case 'revise':
      return revise(m, by, act.fields);
    case 'decide':
      return decide(m, by, act);
    case 'rework':
      return rework(m, act.to);
    case 'add': {
      const place = placeOf(m, act.place);
      const { person, as, order } = act;
      m.additions.push({ step: place.step, person, by: by ?? '', as, order, is: 'asked' });
      return goOn(m);
    }
    case 'advise':
      return setAddition(m, act.addition, 'advised');
    case 'takeAway':
      return takeAway(m, act.addition);
    case 'override':
      m.overrides.push({ step: act.step, person: by ?? '', stands: true, reviewed: false });
      m.steps[act.step] = { ...(m.steps[act.step] ?? blank()), is: 'approved' };
      dropAlarms(m, act.step);
      closePlaces(m, 'no_longer_required', [act.step]);
      return goOn(m);
    case 'review': {
      const one = m.overrides[act.override - 1];
      if (one) one.reviewed = true;
      return;
    }
    case 'ratify': {
      const one = m.decisions.find((d) => d.key === act.decision);
      if (one) one.ratified = true;
      return;
    }
    case 'reassign': {
      const place = placeOf(m, act.place);
      place.is = 'reassigned';
      addPlace(m, place.step, act.to, { from: place.person });
      return goOn(m);
    }
    case 'answer':
      return answer(m, act.step, act.answer);
    case 'hold':
      // A service account is none of the persons.
      m.hold = by ?? 'service';
      return;
    case 'release':
      m.hold = null;
      return goOn(m);
    case 'cancel':
      return end(m, 'cancelled');
    case 'reopen':
      returned(m);
      m.effect = null;
      m.dueAt = null;
      m.expiresAt = null;
      for (const d of m.decisions) if (d.what === 'reject') d.stands = false;
      return;
    case 'effect':
      m.effect = act.done ? 'done' : 'started';
      return;
    case 'fire':
      return fire(m, act.alarm);
    case 'recheck':
      if (m.status === 'active' && !isLate(m)) goOn(m);
      return;
    default: {
      const never: never = act;
      return never;
    }
  }
}

function placeOf(m: Model, key: string): Place {
  const place = m.places.find((p) => p.key === key);
  if (!place) throw new Error(`no place ${key}`);
  return place;
}

function file(m: Model, by: string | null, act: Of<'file'>): void {
  m.requester = act.requester;
  m.submitter = act.submitter ?? by ?? 'service';
  m.beneficiary = act.beneficiary ?? act.requester;
  m.fields = act.fields;
  m.revision = 1;
  m.status = 'draft';
  if (!act.draft) submit(m);
}

function submit(m: Model): void {
  m.status = 'active';
  setDeadlines(m);
  startAgain(m);
}

/** The route runs from the top; of time, only the end of the request goes on. */
function startAgain(m: Model): void {
  m.steps = {};
  m.alarms = m.expiresAt === null ? {} : { expire: m.expiresAt };
  goOn(m);
}

function revise(m: Model, by: string | null, fields: FieldValues): void {
  const changed = [...new Set([...Object.keys(m.fields), ...Object.keys(fields)])].filter(
    (name) => JSON.stringify(m.fields[name]) !== JSON.stringify(fields[name]),
  );
  if (by !== null && !m.editors.includes(by)) m.editors.push(by);
  if (m.status === 'active') closePlaces(m, 'withdrawn', null);
  for (const d of m.decisions) if (!outlasts(m, d.step, d.what, changed)) d.stands = false;
  voidOverrides(m, () => true);
  m.fields = fields;
  m.revision += 1;
  for (const a of m.additions) if (a.is === 'advised') a.is = 'asked';
  if (m.status === 'draft') return;
  if (m.dueAt === null && m.expiresAt === null) setDeadlines(m);
  m.status = 'active';
  startAgain(m);
}

/** Does a decision stand over this change (SEMANTICS 4, 5)? */
function outlasts(m: Model, id: string, what: string, changed: readonly string[]): boolean {
  const step = approveStep(m, id);
  if (what === 'reject' || what === 'return' || step === null || step.askAgain === 'always') return false;
  const { reviews } = step;
  return !changed.some((name) => reviews === 'all' || reviews.includes(name));
}

function decide(m: Model, by: string | null, act: Of<'decide'>): void {
  const place = placeOf(m, act.place);
  const step = approveStep(m, place.step);
  if (step === null || by === null) throw new Error('this was refused');
  const people = whoMay(m, step);
  const using = use(m, step, people, place.person, by);
  if (!('chain' in using)) throw new Error('this was refused');
  const countsFor = namesIn(step, people.can.get(place.person)?.names ?? []);
  place.is = 'decided';
  m.decisions.push({
    ...{ key: place.key, place: place.key, step: step.id, person: by, principal: place.person },
    ...{ chain: using.chain, what: act.what, stands: true, countsFor, carriedFrom: null, ratified: false },
  });
  for (const own of placesNow(m, step.id))
    if (own.is === 'open' && own.person === by) own.is = isFrozen(step) ? 'vacant' : 'no_longer_required';
  if (act.what === 'return') returned(m);
  else goOn(m);
}

/** That step and all that came after it are undone; what they stand in is under way again (SEMANTICS 6). */
function rework(m: Model, to: string): void {
  const again = after(m.definition.route, to);
  const isAgain = (step: string): boolean => again.includes(step);
  closePlaces(m, 'withdrawn', again);
  voidDecisions(m, isAgain);
  voidOverrides(m, isAgain);
  for (const id of again) {
    delete m.steps[id];
    dropAlarms(m, id);
  }
  for (const a of m.additions) if (a.is === 'advised' && isAgain(a.step)) a.is = 'asked';
  const holds = (node: Node): boolean => node.id === to || lists(node).some((list) => list.some(holds));
  for (const node of allNodes(m.definition.route)) {
    const own = m.steps[node.id];
    if (node.kind === 'choose' && own?.is === 'passed' && holds(node)) own.is = 'chosen';
  }
  goOn(m);
}

function setAddition(m: Model, n: number, is: 'advised' | 'taken_away'): void {
  const addition = m.additions[n - 1];
  if (addition) addition.is = is;
}

function takeAway(m: Model, n: number): void {
  const addition = m.additions[n - 1];
  setAddition(m, n, 'taken_away');
  if (addition?.as === 'approver')
    for (const p of m.places)
      if (p.step === addition.step && p.person === addition.person && p.added)
        if (p.is === 'open' || p.is === 'vacant') p.is = 'withdrawn';
  goOn(m);
}

function answer(m: Model, step: string, is: 'pass' | 'fail' | 'unknown'): void {
  const own = m.steps[step];
  if (!own) throw new Error(`no check ${step}`);
  delete m.alarms[`check:${step}`];
  own.answer = is;
  own.is = is === 'pass' ? 'passed' : 'waiting';
  goOn(m);
}

function fire(m: Model, alarm: string): void {
  if (m.alarms[alarm] === undefined) return;
  if (alarm === 'expire' || isLate(m)) return end(m, 'expired');
  const [kind, step = ''] = alarm.split(':');
  if (kind === 'check') return answer(m, step, 'unknown');
  delete m.alarms[alarm];
  const own = m.steps[step];
  if (kind !== 'escalate' || !own) return;
  own.escalated = true;
  goOn(m);
}
