import type { CommandData } from '@countersign/core';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Ids } from '../../engine/ids.ts';
import type { Call, Reply } from '../../http/call.ts';
import { idsOf } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { sealedComment } from './requests.comment.ts';
import { withNames } from './requests.names.ts';
import type { RequestDeps } from './requests.ports.ts';
import { splitId } from './requests.present.ts';
import { pinnedDefinition, runRequest } from './requests.run.ts';
import { opened } from './requests.usecases.ts';

type OnPlace = Call<'reworkAssignment'> | Call<'addControl'>;

/** Whom a command names, as the names of one call are looked up. */
type Person = (field: string, reference: string) => Promise<string>;

/** Runs what a person does with the authority of a place, beside deciding. */
function actOnPlace(
  deps: RequestDeps,
  call: OnPlace,
  dataOf: (assignment: number, person: Person) => Promise<CommandData>,
): Promise<Reply> {
  const { environment } = call.principal;
  return withNames(deps, environment, async (names) => {
    const { request, n } = splitId(call.params.assignment);
    const definition = await pinnedDefinition(deps, call, request);
    const reply = await runRequest(deps, call, async () => {
      const data = await dataOf(n, names.person);
      return { request, names, definition, ids: await idsOf(deps.engine, call), data };
    });
    return opened(deps, environment, reply);
  });
}

/** Back to an earlier step of the same revision (SEMANTICS 6). */
export const reworkAssignment = (deps: RequestDeps, call: Call<'reworkAssignment'>): Promise<Reply> =>
  actOnPlace(deps, call, async (assignment, person) => {
    const { to, revision, reason, onBehalfOf } = call.body;
    return {
      type: 'rework',
      assignment,
      to,
      revisionDigest: revision,
      reason: reason ?? null,
      onBehalfOf: onBehalfOf === undefined ? null : await person('onBehalfOf', onBehalfOf),
    };
  });

/** An approver, or advice, before or beside one's own place (SEMANTICS 21). */
export const addControl = (deps: RequestDeps, call: Call<'addControl'>): Promise<Reply> =>
  actOnPlace(deps, call, async (assignment, find) => {
    const { person, as, order, revision, reason, onBehalfOf } = call.body;
    return {
      type: 'add',
      assignment,
      person: await find('person', person),
      as,
      order,
      revisionDigest: revision,
      reason: reason ?? null,
      onBehalfOf: onBehalfOf === undefined ? null : await find('onBehalfOf', onBehalfOf),
    };
  });

type OnRequest = Call<
  'overrideStep' | 'reviewOverride' | 'giveAdvice' | 'takeControlAway' | 'ratifyDecision'
>;
/** The command, and the text that goes with it, sealed beside the entry. */
type Said = { readonly data: CommandData; readonly sealed?: readonly SealedRow[] };

/** Runs what a person does on a request by a number of it. */
async function actOn(
  deps: RequestDeps,
  call: OnRequest,
  request: string,
  say: (ids: Ids) => Promise<Said>,
): Promise<Reply> {
  const definition = await pinnedDefinition(deps, call, request);
  const reply = await runRequest(deps, call, async () => {
    const ids = await idsOf(deps.engine, call);
    return { request, definition, ids, ...(await say(ids)) };
  });
  return opened(deps, call.principal.environment, reply);
}

/** One step settled outside the route (SEMANTICS 18). */
export function overrideStep(deps: RequestDeps, call: Call<'overrideStep'>): Promise<Reply> {
  const { principal, params, body, actFor } = call;
  const { request, step } = params;
  if (actFor === null) throw new ProblemError('person-required');
  return actOn(deps, call, request, async (ids) => {
    const comment = await sealedComment(deps, {
      environment: principal.environment,
      owner: actFor,
      request,
      name: `steps.${step}.override.comment`,
      text: body.comment,
      ids,
    });
    return {
      sealed: comment ? [comment.row] : [],
      data: {
        type: 'override',
        step,
        revisionDigest: body.revision,
        reason: body.reason,
        comment: comment?.reference ?? null,
      },
    };
  });
}

export function reviewOverride(deps: RequestDeps, call: Call<'reviewOverride'>): Promise<Reply> {
  const { request, n } = splitId(call.params.override);
  const { finding, reason } = call.body;
  return actOn(deps, call, request, async () => ({
    data: { type: 'reviewOverride', override: n, finding, reason: reason ?? null },
  }));
}

export function giveAdvice(deps: RequestDeps, call: Call<'giveAdvice'>): Promise<Reply> {
  const { principal, params, body, actFor } = call;
  const { request, n } = splitId(params.addition);
  if (actFor === null) throw new ProblemError('person-required');
  return actOn(deps, call, request, async (ids) => {
    const comment = await sealedComment(deps, {
      environment: principal.environment,
      owner: actFor,
      request,
      name: 'comment',
      text: body.comment,
      ids,
    });
    if (comment === null) throw new Error('advice has a text: the contract requires it');
    return { sealed: [comment.row], data: { type: 'advise', addition: n, comment: comment.reference } };
  });
}

export function takeControlAway(deps: RequestDeps, call: Call<'takeControlAway'>): Promise<Reply> {
  const { request, n } = splitId(call.params.addition);
  const { reason } = call.body;
  return actOn(deps, call, request, async () => ({ data: { type: 'takeAway', addition: n, reason } }));
}

/** The principal stands behind what was decided on their behalf (SEMANTICS 13). */
export function ratifyDecision(deps: RequestDeps, call: Call<'ratifyDecision'>): Promise<Reply> {
  const { request, n } = splitId(call.params.decision);
  const reason = call.body.reason ?? null;
  return actOn(deps, call, request, async () => ({ data: { type: 'ratify', decision: n, reason } }));
}
