import type { BodyOf } from '@countersign/contract';
import type { Call, Reply } from '../../http/call.ts';
import { type ChangeCall, idsOf } from '../../http/change.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import type { PublishedDefinition } from '../definitions/index.ts';
import { sealedComment } from './requests.comment.ts';
import { type Names, withNames } from './requests.names.ts';
import { withNumber } from './requests.number.ts';
import type { RequestDeps } from './requests.ports.ts';
import { presentDecision, splitId, summarize } from './requests.present.ts';
import { detail } from './requests.reads.ts';
import { pinnedDefinition, type RequestChange, type RequestReply, runRequest } from './requests.run.ts';

/** What one decision says, alone or in a list. */
export type DecisionToRecord = Pick<
  BodyOf<'decideAssignment'>,
  'decision' | 'revision' | 'reason' | 'reasonCode' | 'comment' | 'conditions' | 'validUntil' | 'onBehalfOf'
> & {
  readonly assignment: string;
  /** Digest of the list that it is decided with. */
  readonly bulk?: string;
};

/** A person decides, on the revision that they were served (N5). */
export async function decideAssignment(deps: RequestDeps, call: Call<'decideAssignment'>): Promise<Reply> {
  return withTag(await recordDecision(deps, call, { ...call.body, assignment: call.params.assignment }));
}

/** One decision by one person, under the key of the call. */
export const recordDecision = (
  deps: RequestDeps,
  call: ChangeCall,
  body: DecisionToRecord,
): Promise<RequestReply> =>
  withNames(deps, call.principal.environment, (names) => record(deps, call, body, names));

async function record(
  deps: RequestDeps,
  call: ChangeCall,
  body: DecisionToRecord,
  names: Names,
): Promise<RequestReply> {
  const { environment } = call.principal;
  const { request, n } = splitId(body.assignment);
  const definition = await pinnedDefinition(deps, call, request);
  const owner = call.actFor;
  if (owner === null) throw new ProblemError('person-required');
  const reply = await runRequest(deps, call, async () => {
    const onBehalfOf =
      body.onBehalfOf === undefined ? null : await names.person('onBehalfOf', body.onBehalfOf);
    const ids = await idsOf(deps.engine, call);
    const comment = await sealedComment(deps, {
      environment,
      owner,
      request,
      name: `assignments.${n}.comment`,
      text: body.comment,
      ids,
    });
    // Of the request, not of who wrote them: their erasure must not take away what the approval stands under.
    const conditions = await sealedComment(deps, {
      environment,
      owner: request,
      request,
      name: `assignments.${n}.conditions`,
      text: body.conditions,
      ids,
    });
    return {
      request,
      names,
      definition,
      ids,
      sealed: [comment, conditions].flatMap((one) => (one === null ? [] : [one.row])),
      data: {
        type: 'decide',
        assignment: n,
        decision: body.decision,
        revisionDigest: body.revision,
        reason: body.reason ?? null,
        ...(body.reasonCode === undefined ? {} : { reasonCode: body.reasonCode }),
        ...(body.bulk === undefined ? {} : { bulk: body.bulk }),
        comment: comment?.reference ?? null,
        onBehalfOf,
        ...(conditions === null ? {} : { conditions: conditions.reference }),
        ...(body.validUntil === undefined ? {} : { validUntil: body.validUntil }),
      },
      answer(change) {
        const made = change.events.find((e) => e.type === 'decision.recorded');
        if (!made) throw new Error('a decision was taken and not recorded');
        return {
          status: 201,
          body: {
            decision: presentDecision(request, made.decision),
            request: summaryOf(change, definition),
          },
        };
      },
    };
  });
  return withNumber(deps, environment, reply);
}

const summaryOf = (
  { after, version }: RequestChange,
  definition: PublishedDefinition,
): ReturnType<typeof summarize> => summarize({ state: after, version, definition, createdSeq: null });

export const reassignAssignment = (deps: RequestDeps, call: Call<'reassignAssignment'>): Promise<Reply> =>
  withNames(deps, call.principal.environment, (names) => reassign(deps, call, names));

async function reassign(deps: RequestDeps, call: Call<'reassignAssignment'>, names: Names): Promise<Reply> {
  const { params, body } = call;
  const { request, n } = splitId(params.assignment);
  const definition = await pinnedDefinition(deps, call, request);
  return runRequest(deps, call, async () => ({
    request,
    names,
    definition,
    data: {
      type: 'reassign',
      assignment: n,
      to: await names.person('to', body.to),
      reason: body.reason ?? null,
    },
    ids: await idsOf(deps.engine, call),
    answer({ events, after, now: at }) {
      const moved = events.find((e) => e.type === 'assignment.reassigned');
      const now = after.assignments.find((a) => a.n === moved?.replacement.n);
      if (!now) throw notFound('assignment');
      return { status: 201, body: detail(after, now, definition, at) };
    },
  }));
}

type Decided = { request: { version: number; revision: { digest: string } } };

function withTag({ made, replayed: _, ...reply }: RequestReply): Reply {
  if (reply.status >= 400 || reply.text === undefined) return reply;
  const { version, revision } =
    made === null ? decidedIn(reply.text) : { version: made.version, ...made.after };
  return { ...reply, headers: { ...reply.headers, ETag: `"${version}-${revision.digest}"` } };
}

/** Our own answer, as it was stored. */
function decidedIn(text: string): Decided['request'] {
  const decided: Decided = JSON.parse(text);
  return decided.request;
}
