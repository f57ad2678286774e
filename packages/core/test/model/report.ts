import { chance } from '../../../../test/simulation/world/chance.ts';
import { CORE, type Core } from './core.ts';
import { sequenceOf } from './sequence.ts';
import { shrink } from './shrink.ts';

/** The shortest story that shows the difference which a seed shows. */
export function report(seed: number, core: Core = CORE): string {
  const { sequence, played } = shrink(sequenceOf(chance(seed)), core);
  const { route, separate, due, expire } = sequence.document;
  return [
    `seed ${seed}: core and reference model differ`,
    `  route: ${JSON.stringify(route)}`,
    `  ${JSON.stringify({ separate, due, expire })}`,
    ...played.story.map((line) => `  ${line}`),
    ...(played.difference ?? ['(not any more)']).map((line) => `  !! ${line}`),
  ].join('\n');
}
