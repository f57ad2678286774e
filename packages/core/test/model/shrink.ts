import type { Json } from '../../src/values.ts';
import { CORE, type Core } from './core.ts';
import { type Played, playSequence } from './play.ts';
import type { Sequence } from './sequence.ts';

/** A budget, for each try plays a sequence. */
const TRIES = 3000;

/** Leaves out of a sequence what it does not need to show a difference, until nothing more can go. */
export function shrink(sequence: Sequence, core: Core = CORE): { sequence: Sequence; played: Played } {
  let played = playSequence(sequence, core);
  let tries = 0;
  for (let smaller = true; smaller; ) {
    smaller = false;
    for (const candidate of smallerThan(sequence)) {
      if (tries >= TRIES) break;
      tries += 1;
      const again = attempt(candidate, core);
      if (again === null || kindOf(again) !== kindOf(played)) continue;
      [sequence, played, smaller] = [candidate, again, true];
      break;
    }
  }
  return { sequence, played };
}

/** `refusal`, `place`, `step` …: what was left out must not bring up another difference. */
const kindOf = ({ difference }: Played): string | undefined => difference?.[0]?.split(/[ :]/)[0];

/** What was left out may have made the rest senseless, which is no difference. */
function attempt(sequence: Sequence, core: Core): Played | null {
  try {
    return playSequence(sequence, core);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function* smallerThan(sequence: Sequence): Generator<Sequence> {
  const { moves, directory, document, file } = sequence;
  for (const fewer of shorter(moves)) yield { ...sequence, moves: fewer };
  for (const fewer of shorter(directory)) yield { ...sequence, directory: fewer };
  for (const simpler of simplerThan(document.route ?? null))
    yield { ...sequence, document: { ...document, route: simpler } };
  for (const key of ['separate', 'due', 'expire'])
    if (key in document)
      yield {
        ...sequence,
        document: Object.fromEntries(Object.entries(document).filter(([name]) => name !== key)),
      };
  if (file.submitter !== null) yield { ...sequence, file: { ...file, submitter: null } };
  if (file.beneficiary !== null) yield { ...sequence, file: { ...file, beneficiary: null } };
  if (file.draft) yield { ...sequence, file: { ...file, draft: false } };
}

/** Without large parts first, then without each one. */
function* shorter<T>(list: readonly T[]): Generator<T[]> {
  for (let size = Math.floor(list.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at < list.length; at += size) yield [...list.slice(0, at), ...list.slice(at + size)];
}

/** A list without an item or with a simpler one; a map without a member or with a simpler one; what is inside instead. */
function* simplerThan(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    for (const fewer of shorter(list)) if (fewer.length > 0) yield fewer;
    for (const [i, item] of list.entries()) {
      for (const inside of insideOf(item)) yield [...list.slice(0, i), ...inside, ...list.slice(i + 1)];
      for (const simpler of simplerThan(item)) yield [...list.slice(0, i), simpler, ...list.slice(i + 1)];
    }
    return;
  }
  for (const key of Object.keys(value))
    yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  for (const [key, member] of Object.entries(value))
    for (const simpler of simplerThan(member)) yield { ...value, [key]: simpler };
}

function* insideOf(item: Json): Generator<readonly Json[]> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return;
  for (const member of Object.values(item))
    if (Array.isArray(member) && member.every((one) => typeof one === 'object')) yield member;
}
