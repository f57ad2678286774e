import { durationMs } from '../../time.ts';
import type { Duration } from '../model.ts';
import { type Checking, caution } from './checking.ts';

/** Deadlines that the end of the request overtakes. */
export function checkTimes(c: Checking): void {
  const { due, expire } = c.definition;
  if (expire === null) return;
  const overtaken = (after: Duration, path: string, what: string): void => {
    if (durationMs(after) < durationMs(expire)) return;
    const message = `${what} after ${after}, but the request expires ${expire} after its submission: it never happens. Shorten it.`;
    caution(c, 'never-happens', path, message);
  };
  if (due !== null && durationMs(due) > durationMs(expire))
    caution(
      c,
      'never-happens',
      'due',
      `Promised within ${due}, but the request expires before, after ${expire}.`,
    );
  for (const { node, path } of c.nodes) {
    if (node.kind === 'check') overtaken(node.within, `${path}.within`, 'The check gives up');
    if (node.kind !== 'approve') continue;
    for (const [i, after] of node.remind.entries()) overtaken(after, `${path}.remind[${i}]`, 'This reminds');
    if (node.escalate) overtaken(node.escalate.after, `${path}.escalate.after`, 'This escalates');
  }
}
