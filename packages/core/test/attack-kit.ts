import type { DirectoryEvent } from '../src/facts/directory.ts';
import { change, give, group, now, people, service, type World } from './kit.ts';

/** What attempts to get round the rules have in common. */
export const everyone = people('ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'req');
export const legal = group('legal', 'ann', 'bob', 'cyd');
export const board = group('board', 'dan', 'eve');
export const eur = (amount: string): { amount: string; currency: string } => ({ amount, currency: 'EUR' });
export const timer = { kind: 'system', system: 'timer' } as const;
export const fire = (w: World, key: string): ReturnType<typeof give> =>
  give(w, timer, { type: 'fire', timer: key });
export const recheck = (w: World, ...events: DirectoryEvent[]): ReturnType<typeof give> => {
  change(w, ...events);
  return give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
};
export const answer = (w: World, step: string, of: 'pass' | 'fail' | 'unknown'): ReturnType<typeof give> =>
  give(w, service, { type: 'answerCheck', step, answer: of, reference: null });
export const moves = (w: World, assignment: number, to: string): ReturnType<typeof give> =>
  give(w, service, { type: 'reassign', assignment, to, reason: null });
export const vacant = (w: World): number => now(w).assignments.find((a) => a.status === 'vacant')?.n ?? 0;
export const why = (w: World, step: string) => now(w).steps[step]?.why;

export const one = (need = 'any', more = '', head = ''): string => `
definition: simple
title: Simple
${head}
fields:
  note: { type: text }
  amount: { type: money }
route:
  - approve: legal
    by: { group: legal }
    need: ${need}
${more}`;
