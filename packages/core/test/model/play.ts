import { chance } from '../../../../test/simulation/world/chance.ts';
import { type CompiledDefinition, compileDefinition, parseDefinition } from '../../src/definition/index.ts';
import { ask, CORE, type Core, type Driven, driven, give } from './core.ts';
import { itemsOf } from './moves.ts';
import type { Item } from './reference/history.ts';
import { interpret } from './reference/interpret.ts';
import { refusal } from './reference/refusals.ts';
import type { Model } from './reference/state.ts';
import { NAMES, REQUESTER, type Sequence, START, sequenceOf } from './sequence.ts';
import { tell } from './story.ts';
import { differences, viewOfCore, viewOfModel } from './view.ts';

export type Played = {
  /** Commands that were given, and those that were accepted. */
  readonly given: number;
  readonly accepted: number;
  /** Where core and model differ, or null. */
  readonly difference: readonly string[] | null;
  readonly story: readonly string[];
};

/** Null where the document is none that publishing would take, as one that was made smaller may be. */
function compiled(sequence: Sequence): CompiledDefinition | null {
  const parsed = parseDefinition(JSON.stringify(sequence.document));
  return parsed.ok ? compileDefinition(parsed.definition) : null;
}

export const play = (seed: number, core: Core = CORE): Played => playSequence(sequenceOf(chance(seed)), core);

/** Gives the same to core and model, item by item, and compares what each makes of it. */
export function playSequence(sequence: Sequence, core: Core): Played {
  const definition = compiled(sequence);
  if (definition === null) return { given: 0, accepted: 0, difference: null, story: [] };
  const d = driven(core, definition);
  const items: Item[] = [];
  const story: string[] = [];
  const count = { given: 0, accepted: 0 };
  let now = START;
  let { model } = interpret({ definition: definition.definition, items });

  /** What differs, once this has happened. */
  function happen(item: Item): readonly string[] | null {
    const next = interpret({
      definition: definition?.definition ?? model.definition,
      items: [...items, item],
    });
    const refused = give(d, item);
    story.push(tell(item, refused, d));
    if ('act' in item) count.given += 1;
    if (refused !== next.refused)
      return [`refusal: the core says ${refused ?? 'none'}, the model ${next.refused ?? 'none'}`];
    if (refused !== null) return null;
    items.push(item);
    if ('act' in item) count.accepted += 1;
    model = next.model;
    const found = differences(viewOfCore(d.state), viewOfModel(model));
    return found.length > 0 ? found : whoMayDiffers(d, model, item);
  }

  // There is nothing to compare before a request is filed.
  for (const item of sequence.directory.map((change) => ({ at: now, change }))) {
    give(d, item);
    items.push(item);
    story.push(tell(item, null, d));
  }
  const { by, ...filed } = sequence.file;
  const difference = happen({ at: now, by, act: { act: 'file', requester: REQUESTER, ...filed } });
  if (difference) return { ...count, difference, story };
  for (const move of sequence.moves) {
    if (move.move === 'wait') now = after(model, now, move.hours);
    for (const make of itemsOf(move)) {
      const item = make(model, now);
      if (item === null) continue;
      now = item.at;
      const difference = happen(item);
      if (difference) return { ...count, difference, story };
    }
  }
  return { ...count, difference: null, story };
}

function after({ alarms }: Model, now: string, hours: number | 'due'): string {
  const next = Object.values(alarms)
    .filter((at) => at > now)
    .sort()[0];
  if (hours === 'due') return next ?? now;
  return new Date(Date.parse(now) + hours * 3_600_000).toISOString();
}

/** Asks of every open place and every person whether they may approve it now. Changes nothing. */
function whoMayDiffers(d: Driven, model: Model, last: Item): readonly string[] | null {
  if ('act' in last && ['effect', 'ratify', 'review', 'fire'].includes(last.act.act)) return null;
  for (const place of model.places.filter((p) => p.is === 'open'))
    for (const by of NAMES) {
      const onBehalfOf = by === place.person ? null : place.person;
      const act = { act: 'decide', what: 'approve', place: place.key, stale: false, onBehalfOf } as const;
      const asked = ask(d, { at: last.at, by, act });
      const core = asked.ok ? 'may' : asked.refusal.code;
      const expected = refusal(model, by, act) ?? 'may';
      if (core !== expected) return [`${by} at ${place.key}: the core says ${core}, the model ${expected}`];
    }
  return null;
}
