import { begin } from '../route/work.ts';
import type { Command, CommandData } from './commands.ts';
import { add, advise, takeAway } from './decide/additions.ts';
import { answerCheck, fire, recheck } from './decide/alarms.ts';
import { comment } from './decide/comment.ts';
import { create, submit } from './decide/create.ts';
import { decideAssignment } from './decide/decision.ts';
import { recordEffect } from './decide/effects.ts';
import { cancel, hold, release, reopen } from './decide/lifecycle.ts';
import { override, reviewOverride } from './decide/override.ts';
import { ratify } from './decide/ratify.ts';
import { reassign } from './decide/reassign.ts';
import { revise } from './decide/revise.ts';
import { rework } from './decide/rework.ts';
import { type Context, type Decided, refuse } from './result.ts';
import type { RequestState } from './state.ts';

/**
 * Decides one command: events, or a refusal that says why. Pure and total; every channel comes through here, and
 * nothing else changes a request. An empty list of events means that the command had nothing to do.
 */
export function decide(state: RequestState | null, command: Command, given: Context): Decided {
  const { data } = command;
  const context = data.related === undefined ? given : { ...given, related: data.related };
  if (data.type === 'create') {
    if (state !== null) return refuse('already-exists', 'This request exists already.');
    return create(command, data, context);
  }
  if (state === null) return refuse('not-found', 'There is no such request.');
  return decideExisting(state, command, data, context);
}

function decideExisting(
  state: RequestState,
  command: Command,
  data: Exclude<CommandData, { type: 'create' }>,
  context: Context,
): Decided {
  const work = begin(state, context);
  const { actor } = command;
  switch (data.type) {
    case 'submit':
      return submit(work, actor);
    case 'revise':
      return revise(work, actor, data);
    case 'decide':
      return decideAssignment(work, actor, data);
    case 'rework':
      return rework(work, actor, data);
    case 'add':
      return add(work, actor, data);
    case 'advise':
      return advise(work, actor, data);
    case 'takeAway':
      return takeAway(work, actor, data);
    case 'override':
      return override(work, actor, data);
    case 'reviewOverride':
      return reviewOverride(work, actor, data);
    case 'ratify':
      return ratify(work, actor, data);
    case 'reassign':
      return reassign(work, actor, data);
    case 'answerCheck':
      return answerCheck(work, actor, data);
    case 'comment':
      return comment(work, actor, data);
    case 'hold':
      return hold(work, actor, data);
    case 'release':
      return release(work, actor);
    case 'cancel':
      return cancel(work, actor, data);
    case 'reopen':
      return reopen(work, actor, data);
    case 'recordEffect':
      return recordEffect(work, data);
    case 'fire':
      return fire(work, data.timer);
    case 'recheck':
      return recheck(work);
    default: {
      const never: never = data;
      return never;
    }
  }
}
