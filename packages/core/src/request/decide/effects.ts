import { emit, type Work } from '../../route/work.ts';
import type { CommandData } from '../commands.ts';
import { type Decided, refuse } from '../result.ts';
import { hasEnded, termsOf } from '../terms.ts';
import { describe, done, situation } from './guards.ts';

/** The downstream system acts on the outcome: with a token of this very status, and each effect once (SEMANTICS 20, R12). */
export function recordEffect(work: Work, data: Extract<CommandData, { type: 'recordEffect' }>): Decided {
  const { state } = work;
  if (state.status !== 'closed' || state.outcome !== 'approved') {
    return refuse(
      'effect-not-allowed',
      `Nothing may be done on this request: it is not approved. ${situation(state)}`,
      describe(state),
    );
  }
  if (data.statusVersion !== state.statusVersion) {
    return refuse('effect-not-allowed', 'The approval token is of an earlier status; fetch a new one.', {
      statusVersion: state.statusVersion,
    });
  }
  const before = state.effects[data.effect];
  // What was begun in time may still be reported.
  if (hasEnded(state, work.context.now) && !(before === 'started' && data.state === 'done')) {
    const { validUntil } = termsOf(state);
    return refuse('approval-ended', `The approval was valid until ${validUntil}.`, { validUntil });
  }
  if (before === 'done')
    return refuse('effect-receipted', `The effect ${data.effect} has been carried out already.`, {
      effect: data.effect,
    });
  if (before === 'started' && data.state === 'started') {
    return refuse('effect-not-allowed', `The effect ${data.effect} has been started already.`, {
      effect: data.effect,
    });
  }
  const { effect, reference, statusVersion } = data;
  emit(work, {
    type: data.state === 'done' ? 'effect.receipted' : 'effect.started',
    effect,
    reference,
    statusVersion,
  });
  return done(work);
}
