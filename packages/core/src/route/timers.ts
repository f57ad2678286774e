import { deadline } from '../calendar/deadline.ts';
import type { Approve } from '../definition/model.ts';
import { escalationTimer, reminderTimer } from '../request/timers.ts';
import type { Work } from './work.ts';

/** When those who are asked from now on are reminded, and when others are asked as well. */
export function timersOf(work: Work, step: Approve): { readonly [key: string]: string } {
  const timers: { [key: string]: string } = {};
  step.remind.forEach((after, index) => {
    timers[reminderTimer(step.id, index)] = deadline(work.context, after);
  });
  if (step.escalate) timers[escalationTimer(step.id)] = deadline(work.context, step.escalate.after);
  return timers;
}
