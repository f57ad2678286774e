import type { Subscription } from '../../engine/readers/index.ts';
import { ERASURE_STREAM } from './erasures.model.ts';
import { erasuresIn, type PurgeDeps, purge } from './erasures.purge.ts';

/**
 * Finishes erasures whose process died between the entry and the purge. The handler purges before it answers; here
 * it happens again, which changes nothing.
 */
export const erasureReader = (deps: PurgeDeps): Subscription => ({
  name: 'erasures',
  wants: 'erasures',
  neverSkips: true,
  async handle(environment, entries) {
    for (const { stream, leaf } of entries) {
      if (stream !== ERASURE_STREAM) continue;
      for (const erasure of erasuresIn(environment, leaf)) await purge(deps, erasure);
    }
  },
});
