import { deadline } from '../../calendar/deadline.ts';
import { advance } from '../../route/advance.ts';
import { begin, emit, type Work } from '../../route/work.ts';
import type { Command, CommandData } from '../commands.ts';
import { checkContent, makeRevision } from '../content.ts';
import type { RequestCreated } from '../events.ts';
import { evolve } from '../evolve.ts';
import type { Actor } from '../model.ts';
import { type Context, type Decided, refuse } from '../result.ts';
import { actorId, done, isOwner, situation } from './guards.ts';

type Create = Extract<CommandData, { type: 'create' }>;

/** Files a request. Three identities (SEMANTICS 11): who wants it, who files it, who gains by it. */
export function create(command: Command, data: Create, context: Context): Decided {
  const { definition } = context.definition;
  const filedBy = actorId(command.actor);
  if (command.actor.kind === 'person' && data.submitter !== null && data.submitter !== filedBy)
    return refuse('not-allowed', 'Whoever files a request is its submitter; name nobody else.');
  const submitter = data.submitter ?? filedBy;
  const beneficiary = data.beneficiary ?? data.requester;
  const named = { requester: data.requester, beneficiary, ...(submitter === filedBy ? {} : { submitter }) };
  for (const [field, person] of Object.entries(named)) {
    const known = context.facts.person(person).value;
    if (!known?.active) {
      const message = known ? `${person} is not active.` : `There is no person ${person}.`;
      return refuse('unknown-person', message, {}, [{ field, code: 'unknown-person', message }]);
    }
  }
  const { calendar } = definition.time;
  if (calendar !== undefined && context.facts.calendar(calendar).value === null) {
    return refuse('unknown-calendar', `There is no calendar ${calendar}, which this definition follows.`, {
      calendar,
    });
  }
  const checked = checkContent(definition, context.facts, data.content);
  if (!checked.ok)
    return refuse('validation-failed', 'The request does not fit its definition.', {}, checked.errors);
  const created: RequestCreated = {
    type: 'request.created',
    request: data.request,
    definition: data.definition,
    definitionDigest: data.definitionDigest,
    requester: data.requester,
    submitter,
    beneficiary,
    externalReference: data.externalReference,
    revision: makeRevision(data.definitionDigest, checked.content, null, []),
  };
  const work = begin(evolve(null, created, context.now), context);
  work.events.push(created);
  if (!data.draft) submitNow(work);
  return done(work);
}

export function submit(work: Work, actor: Actor): Decided {
  if (work.state.status !== 'draft') return refuse('request-not-active', situation(work.state));
  if (!isOwner(work.state, actor))
    return refuse('not-allowed', 'Only the requester or the submitter may submit this draft.');
  submitNow(work);
  return done(work);
}

function submitNow(work: Work): void {
  emit(work, { type: 'request.submitted', ...deadlines(work.context) });
  advance(work);
}

/** `due` is promised, `expire` ends a request that is still undecided (SEMANTICS 17). */
export function deadlines(context: Context): { dueAt: string | null; expiresAt: string | null } {
  const { due, expire } = context.definition.definition;
  return {
    dueAt: due === null ? null : deadline(context, due),
    expiresAt: expire === null ? null : deadline(context, expire),
  };
}
