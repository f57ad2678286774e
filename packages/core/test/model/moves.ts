import type { Act, Change, Item } from './reference/history.ts';
import { candidates } from './reference/people.ts';
import { allNodes, approveStep, type Model, type Place } from './reference/state.ts';
import type { By, Move } from './sequence.ts';

type Make = (m: Model, now: string) => Item | null;

const one = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

/** What a move comes to, given what there is; null where there is nothing of that kind. */
export function itemsOf(move: Move): readonly Make[] {
  switch (move.move) {
    case 'wait':
      return [];
    case 'change': {
      const changed: Make = (_m, at) => ({ at, change: move.change });
      const recheck: Make = (_m, at) => ({ at, by: null, act: { act: 'recheck' } });
      return move.recheck ? [changed, recheck] : [changed];
    }
    case 'deputize': {
      const { by, grant, lost, pick } = move;
      let place: Place | undefined;
      return [
        (m, at) => {
          place = openPlace(m, pick);
          if (!place || by === null || by === 'fit' || by === place.person) return null;
          return { at, change: { change: 'grant', grant: { ...grant, from: place.person, to: by } } };
        },
        (m, at) => (place && lost ? { at, change: loss(m, place.person, lost) } : null),
        (_m, at) => {
          const act = { act: 'decide', what: 'approve', stale: false } as const;
          if (!place || by === null || by === 'fit') return null;
          const onBehalfOf = move.name ? place.person : null;
          return { at, by, act: { ...act, place: place.key, onBehalfOf } };
        },
      ];
    }
    case 'fire':
      return [
        (m, at) => {
          const name = one(Object.keys(m.alarms).sort(), move.pick);
          if (name === undefined) return null;
          const due = m.alarms[name] ?? at;
          const late = move.early || due < at ? at : due;
          return { at: late, by: null, act: { act: 'fire', alarm: name } };
        },
      ];
    default:
      return [(m, at) => item(m, at, move)];
  }
}

/** Out of the first group that they are in, or gone. */
function loss(m: Model, who: string, lost: 'group' | 'everything'): Change {
  const name = Object.keys(m.groups).find((one) => m.groups[one]?.includes(who));
  return lost === 'everything' || name === undefined
    ? { change: 'person', person: who, active: false, manager: m.people[who]?.manager ?? null }
    : { change: 'group', name, person: who, member: false };
}

type Acting = Exclude<Move, { move: 'wait' | 'change' | 'deputize' | 'fire' }>;

function item(m: Model, at: string, move: Acting): Item | null {
  const made = actOf(m, move);
  return made && { at, ...made };
}

const openPlace = (m: Model, pick: number): Place | undefined =>
  one(
    m.places.filter((p) => p.is === 'open'),
    pick,
  );

const person = (by: By, fit: string | null | undefined): string | null => (by === 'fit' ? (fit ?? null) : by);

function actOf(m: Model, move: Acting): { by: string | null; act: Act } | null {
  switch (move.move) {
    case 'approve': {
      const place = openPlace(m, move.pick);
      const act = { act: 'decide', what: 'approve', stale: false, onBehalfOf: null } as const;
      return place ? { by: place.person, act: { ...act, place: place.key } } : null;
    }
    case 'decide':
    case 'rework':
    case 'add': {
      const place = move.old ? one(m.places, move.pick) : openPlace(m, move.pick);
      if (!place) return null;
      const of = { place: place.key, stale: move.stale, onBehalfOf: move.name ? place.person : null };
      const by = person(move.by, place.person);
      if (move.move === 'decide') return { by, act: { act: 'decide', what: move.what, ...of } };
      if (move.move === 'add') {
        const { person: added, as, order } = move;
        return { by, act: { act: 'add', person: added, as, order, ...of } };
      }
      const all = allNodes(m.definition.route).filter((n) => move.odd || m.steps[n.id]?.is === 'approved');
      const to = one(all, move.to)?.id;
      if (to === undefined) return null;
      return { by, act: { act: 'rework', to, ...of } };
    }
    case 'advise':
    case 'takeAway': {
      const addition = one(m.additions, move.pick);
      if (!addition) return null;
      const fit = move.move === 'advise' ? addition.person : addition.by;
      return {
        by: person(move.by, fit),
        act: { act: move.move, addition: m.additions.indexOf(addition) + 1 },
      };
    }
    case 'override': {
      const steps = allNodes(m.definition.route).filter((n) => n.kind === 'approve' && n.override);
      const open = steps.filter((n) => ['open', 'blocked'].includes(m.steps[n.id]?.is ?? ''));
      const step = one(move.odd ? steps : open, move.pick);
      if (step?.kind !== 'approve' || !step.override) return null;
      const fit = one([...candidates(m, step.id, step.override.by).can.keys()], move.pick);
      const reason = move.odd ? 'whim' : 'outage';
      const stale = move.pick === 0;
      return { by: person(move.by, fit), act: { act: 'override', step: step.id, reason, stale } };
    }
    case 'review': {
      const override = one(m.overrides, move.pick);
      if (!override) return null;
      const why = move.pick % 3 === 0 ? null : 'looked at';
      const act = {
        act: 'review',
        override: m.overrides.indexOf(override) + 1,
        good: move.good,
        why,
      } as const;
      const clause = approveStep(m, override.step)?.override;
      const fit = clause && one([...candidates(m, override.step, clause.review).can.keys()], move.pick);
      return { by: person(move.by, fit), act };
    }
    case 'ratify': {
      const decision = one(
        m.decisions.filter((d) => move.odd || d.person !== d.principal),
        move.pick,
      );
      if (!decision) return null;
      return { by: person(move.by, decision.principal), act: { act: 'ratify', decision: decision.key } };
    }
    case 'reassign': {
      const place = one(
        m.places.filter((p) => p.is === 'open' || p.is === 'vacant'),
        move.pick,
      );
      if (!place) return null;
      return { by: person(move.by, null), act: { act: 'reassign', place: place.key, to: move.to } };
    }
    case 'answer': {
      const checks = allNodes(m.definition.route).filter((n) => n.kind === 'check');
      const asked = checks.filter((n) => m.steps[n.id]?.asked && m.steps[n.id]?.is !== 'passed');
      const step = one(asked.length > 0 ? asked : checks, move.pick);
      if (!step) return null;
      const stale = move.odd && move.pick % 2 === 0;
      const by = move.odd && !stale ? 'usr_ann' : null;
      return { by, act: { act: 'answer', step: step.id, answer: move.answer, stale } };
    }
    case 'revise': {
      return {
        by: person(move.by, m.requester),
        act: { act: 'revise', fields: move.fields ?? m.fields, stale: move.stale },
      };
    }
    case 'effect':
      if (m.outcome !== 'approved' && !move.odd) return null;
      return { by: null, act: { act: 'effect', done: move.done, stale: move.stale } };
    case 'release': {
      if (m.hold === null && !move.odd) return null;
      const fit = m.hold === 'service' ? null : (m.hold ?? m.requester);
      return { by: person(move.by, fit), act: { act: 'release' } };
    }
    case 'recheck':
      return { by: null, act: { act: 'recheck' } };
    case 'submit':
    case 'reopen':
      if (m.status !== (move.move === 'submit' ? 'draft' : 'closed') && !move.odd) return null;
      return { by: person(move.by, m.requester), act: { act: move.move } };
    case 'hold':
    case 'cancel':
      if (m.status === 'closed' && !move.odd) return null;
      return { by: person(move.by, m.requester), act: { act: move.move } };
    default: {
      const never: never = move;
      return never;
    }
  }
}
