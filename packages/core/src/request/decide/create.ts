import { deadline } from '../../calendar/deadline.ts';
import { durationWords } from '../../definition/diff/words.ts';
import { readDuration } from '../../definition/duration.ts';
import type { Definition, Duration } from '../../definition/model.ts';
import { ratesNow } from '../../rates/freeze.ts';
import { sharesOf } from '../../related/sums.ts';
import { advance } from '../../route/advance.ts';
import { begin, emit, type Work } from '../../route/work.ts';
import type { Command, CommandData } from '../commands.ts';
import { checkContent, makeRevision, missingParts } from '../content.ts';
import type { RequestCreated } from '../events.ts';
import { evolve } from '../evolve.ts';
import { linkErrors } from '../links.ts';
import type { Actor } from '../model.ts';
import { allObservers, observerErrors } from '../observers.ts';
import { type Context, type Decided, type FieldError, type Refused, refuse } from '../result.ts';
import { actorId, done, isOwner, situation } from './guards.ts';

type Create = Extract<CommandData, { type: 'create' }>;

const TOO = {
  short: 'The definition promises no decision so soon.',
  long: 'The definition allows no time as long.',
};

/** The time that a request asks for, if the definition lets it: between two deadlines, reckoned from now (R10). */
function requestedDue(context: Context, written: string | undefined): Duration | FieldError | null {
  if (written === undefined) return null;
  const { dueRange } = context.definition.definition;
  const fault = (code: string, message: string): FieldError => ({ field: 'due', code, message });
  if (dueRange === undefined) return fault('not-allowed', 'The definition lets no request ask for a time.');
  const due = readDuration(written);
  if (due === undefined)
    return fault('bad-duration', 'Send a duration such as "5 workdays", "36 hours" or "P3D".');
  if (typeof due !== 'string' && context.definition.definition.time.calendar === undefined)
    return fault(
      'bad-duration',
      'The definition follows no calendar, so it knows no workdays. Send days or hours.',
    );
  const { least, most } = dueRange;
  const at = deadline(context, due);
  const range = `Ask for ${durationWords(least)} to ${durationWords(most)}.`;
  if (at < deadline(context, least)) return fault('out-of-range', `${TOO.short} ${range}`);
  return at > deadline(context, most) ? fault('out-of-range', `${TOO.long} ${range}`) : due;
}

const isFault = (found: Duration | FieldError | null): found is FieldError =>
  typeof found === 'object' && found !== null && 'field' in found;

export function create(command: Command, data: Create, context: Context): Decided {
  const filed = begun(command, data, context);
  if ('ok' in filed) return filed;
  if (!data.draft) submitNow(filed);
  return done(filed);
}

/** A request as it is filed, before it is submitted. Three identities (SEMANTICS 11): who wants it, who files it, who gains by it. */
export function begun(command: Command, data: Create, context: Context): Work | Refused {
  const { definition } = context.definition;
  if (definition.parameters !== undefined) {
    const message = `${definition.definition} is a part: other definitions use it, and no request is made of it.`;
    return refuse('definition-is-part', message, { definition: definition.definition });
  }
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
  const checked = checkContent(context.definition, context.facts, data.content, data.draft);
  const due = requestedDue(context, data.due);
  const errors = [...(isFault(due) ? [due] : []), ...(checked.ok ? [] : checked.errors)];
  if (!checked.ok || isFault(due))
    return refuse('validation-failed', 'The request does not fit its definition.', {}, errors);
  const links = linkErrors(data.links ?? [], data.request);
  if (links.length > 0) return refuse('validation-failed', 'The links do not fit.', {}, links);
  const strangers = observerErrors(data.observers ?? [], context.facts);
  if (strangers.length > 0) return refuse('validation-failed', 'An observer is not known.', {}, strangers);
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
    ...(due === null ? {} : { due }),
    ...(data.confidential === true || definition.confidential === true
      ? { confidential: true as const }
      : {}),
    ...(data.links === undefined ? {} : { links: data.links.map(({ kind, to }) => ({ kind, to })) }),
    ...recorded(definition, data, context.now),
  };
  const work = begin(evolve(null, created, context.now), context);
  work.events.push(created);
  return work;
}

/** Number, observers and retention: members only where they are used. */
function recorded(
  { number, observers, retain }: Definition,
  data: Create,
  now: string,
): Pick<RequestCreated, 'number' | 'observers' | 'retain'> {
  const all = allObservers(observers ?? [], data.observers ?? []);
  return {
    ...(number === undefined ? {} : { number: numberedAt(number, now) }),
    ...(all.length === 0 ? {} : { observers: all }),
    ...(retain === undefined ? {} : { retain }),
  };
}

/** All but its end: the entry's place in the log is given when it is there. The year is that of UTC. */
const numberedAt = (pattern: string, now: string): string =>
  pattern.slice(0, -'{seq}'.length).replaceAll('{year}', now.slice(0, 4));

export function submit(work: Work, actor: Actor): Decided {
  if (work.state.status !== 'draft') return refuse('request-not-active', situation(work.state));
  if (!isOwner(work.state, actor))
    return refuse('not-allowed', 'Only the requester or the submitter may submit this draft.');
  const lacking = missingParts(work.context.definition, work.state.revision);
  if (lacking.length > 0)
    return refuse('validation-failed', 'The draft is not complete: add what is missing.', {}, lacking);
  submitNow(work);
  return done(work);
}

export function submitNow(work: Work): void {
  const rates = ratesNow(work.state, work.context);
  const times = deadlines(work.context, work.state.due);
  const frozen = rates === null ? {} : { rates };
  const { state, context } = work;
  const related = sharesOf({ ...state, revision: { ...state.revision, ...frozen } }, context.definition);
  emit(work, { type: 'request.submitted', ...times, ...frozen, ...(related === null ? {} : { related }) });
  advance(work);
}

/** `due` is promised, `expire` ends a request that is still undecided (SEMANTICS 17). */
export function deadlines(
  context: Context,
  requested: Duration | undefined,
): { dueAt: string | null; expiresAt: string | null } {
  const { due: promised, expire } = context.definition.definition;
  const due = requested ?? promised;
  return {
    dueAt: due === null ? null : deadline(context, due),
    expiresAt: expire === null ? null : deadline(context, expire),
  };
}
