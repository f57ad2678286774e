import type { Explanation } from '../why/model.ts';
import { emit, type Work } from './work.ts';

export type StepResult = 'passed' | 'waiting' | 'rejected';

/** Holds a step, once for each set of missing inputs. */
export function hold(work: Work, id: string, missing: readonly string[], why: Explanation): StepResult {
  const before = work.state.steps[id];
  const same = before?.status === 'held' && before.missing.join() === missing.join();
  if (!same) emit(work, { type: 'step.held', step: id, missing, why });
  return 'waiting';
}
