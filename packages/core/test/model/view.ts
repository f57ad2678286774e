import { isOverridden } from '../../src/request/overrides.ts';
import type { RequestState } from '../../src/request/state.ts';
import { isReached } from '../../src/request/step-state.ts';
import { placeKeys } from './core.ts';
import type { Model } from './reference/state.ts';

/** What of a request anybody can see, in words that both sides share. */
export type View = { readonly [line: string]: unknown };

export function viewOfCore(state: RequestState | null): View {
  if (state === null) return { status: 'none' };
  const keys = placeKeys(state.assignments);
  const place = (n: number): string => keys.get(n) ?? '?';
  return {
    status: state.status,
    outcome: state.outcome,
    overridden: isOverridden(state),
    hold: 'hold' in state && state.hold !== null ? state.hold.by : null,
    revision: state.revision.number,
    editors: [...state.revision.editors].sort(),
    due: state.dueAt,
    expires: state.expiresAt,
    effect: state.effects.payment ?? null,
    ...lines(
      'step',
      Object.entries(state.steps).flatMap(([id, s]) =>
        isReached(s) ? [[id, stepLine({ ...s, is: s.status, branch: s.branch ?? 0, answer: s.check })]] : [],
      ),
    ),
    ...lines('alarm', Object.entries(state.timers)),
    ...lines(
      'place',
      state.assignments.map((a) => [
        place(a.n),
        a.via.some((v) => v.via === 'added') ? `${a.status}, added` : a.status,
      ]),
    ),
    ...lines(
      'decision',
      state.decisions.map((d) => [
        place(d.assignment),
        [
          `${d.person} for ${d.principal} via ${d.chain.length}: ${d.decision}`,
          d.standing ? 'stands' : 'void',
          (d.countsFor ?? []).join('+'),
          d.carried === undefined ? '' : 'carried',
          d.ratified ? 'ratified' : '',
        ].join(' '),
      ]),
    ),
    ...lines(
      'addition',
      (state.additions ?? []).map((a) => [
        String(a.n),
        `${a.as} ${a.person} by ${a.by} ${a.order} ${a.step}: ${a.status}`,
      ]),
    ),
    ...lines(
      'override',
      (state.overrides ?? []).map((o) => [
        String(o.n),
        `${o.step} by ${o.person}${o.standing ? '' : ' void'}${o.review ? ' reviewed' : ''}`,
      ]),
    ),
  };
}

export function viewOfModel(m: Model): View {
  if (m.status === 'none') return { status: 'none' };
  return {
    status: statusOf(m),
    outcome: m.outcome,
    overridden: m.outcome === 'approved' && m.overrides.some((o) => o.stands),
    hold: m.hold,
    revision: m.revision,
    editors: [...m.editors].sort(),
    due: m.dueAt,
    expires: m.expiresAt,
    effect: m.effect,
    ...lines(
      'step',
      Object.entries(m.steps).map(([id, s]) => [id, stepLine(s)]),
    ),
    ...lines('alarm', Object.entries(m.alarms)),
    ...lines(
      'place',
      m.places.map((p) => [p.key, p.added ? `${p.is}, added` : p.is]),
    ),
    ...lines(
      'decision',
      m.decisions.map((d) => [
        d.place,
        [
          `${d.person} for ${d.principal} via ${d.chain.length}: ${d.what}`,
          d.stands ? 'stands' : 'void',
          d.countsFor.join('+'),
          d.carriedFrom === null ? '' : 'carried',
          d.ratified ? 'ratified' : '',
        ].join(' '),
      ]),
    ),
    ...lines(
      'addition',
      m.additions.map((a, i) => [
        String(i + 1),
        `${a.as} ${a.person} by ${a.by} ${a.order} ${a.step}: ${a.is}`,
      ]),
    ),
    ...lines(
      'override',
      m.overrides.map((o, i) => [
        String(i + 1),
        `${o.step} by ${o.person}${o.stands ? '' : ' void'}${o.reviewed ? ' reviewed' : ''}`,
      ]),
    ),
  };
}

/** The graver reason is the one shown (SEMANTICS 1). */
function statusOf(m: Model): string {
  if (m.status !== 'active') return m.status;
  const all = Object.values(m.steps);
  if (all.some((s) => s.is === 'blocked')) return 'blocked';
  return m.hold !== null || all.some((s) => s.is === 'held') ? 'on_hold' : 'in_review';
}

type StepLine = {
  readonly is: string;
  readonly required: number;
  readonly branch: number;
  readonly answer: string | null;
  readonly missing: readonly string[];
  readonly escalated: boolean;
};

function stepLine({ is, required, branch, answer, missing, escalated }: StepLine): string {
  const asks = ['open', 'blocked', 'approved', 'rejected'].includes(is) ? ` of ${required}` : '';
  const waits = is === 'held' ? ` for ${missing.join(', ')}` : '';
  const way = is === 'chosen' || is === 'passed' ? ` ${branch}` : '';
  return `${is}${asks}${waits}${way}${answer === null ? '' : ` (${answer})`}${escalated ? ', escalated' : ''}`;
}

const lines = (kind: string, entries: readonly (readonly [string, string])[]): View =>
  Object.fromEntries(entries.map(([name, text]) => [`${kind} ${name}`, text]));

/** Where two views differ. */
export function differences(core: View, model: View): string[] {
  const names = [...new Set([...Object.keys(core), ...Object.keys(model)])].sort();
  return names.flatMap((name) => {
    const [a, b] = [JSON.stringify(core[name] ?? null), JSON.stringify(model[name] ?? null)];
    return a === b ? [] : [`${name}: the core says ${a}, the model ${b}`];
  });
}
