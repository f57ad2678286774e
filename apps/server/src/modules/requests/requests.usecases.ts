import type { CommandData } from '@countersign/core';
import type { Call, Reply } from '../../http/call.ts';
import { actorOf, idsOf } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { openFields, prepareContent } from './requests.content.ts';
import { createCommand, readFiling, wantedBy } from './requests.filing.ts';
import { type Names, withNames } from './requests.names.ts';
import { completed } from './requests.number.ts';
import type { RequestDeps } from './requests.ports.ts';
import {
  loadRequest,
  pinnedDefinition,
  presentChange,
  type RequestReply,
  runRequest,
} from './requests.run.ts';

/** Files a request, in our shape or as the canonical payload. */
export const createRequest = (deps: RequestDeps, call: Call<'createApprovalRequest'>): Promise<Reply> =>
  withNames(deps, call.principal.environment, (names) => create(deps, call, names));

async function create(deps: RequestDeps, call: Call<'createApprovalRequest'>, names: Names): Promise<Reply> {
  const { environment } = call.principal;
  const wanted = wantedBy(call);
  const reply = await runRequest(deps, call, async () => {
    const filing = await readFiling(deps, call, wanted, names);
    const { definition } = filing;
    const ids = await idsOf(deps.engine, call);
    const request = ids.id('req');
    const target = { environment, request, definition, ids };
    const { content, sealed } = await prepareContent(deps, target, filing.raw);
    return {
      request,
      begins: true,
      names,
      definition,
      ids,
      sealed,
      data: createCommand(request, filing, content),
      answer: (change) => ({ status: 201, body: presentChange(change, definition) }),
    };
  });
  return opened(deps, environment, reply);
}

/** A new revision. It must say what it was made from: `expected`, or If-Match. */
export async function reviseRequest(deps: RequestDeps, call: Call<'reviseApprovalRequest'>): Promise<Reply> {
  const { principal, params, body } = call;
  const { environment } = principal;
  const { state, version, definition } = await loadRequest(deps, call, params.request);
  const tag = /^"(\d+)-([0-9a-f]{64})"$/.exec(call.ifMatch ?? '');
  const expected = body.expected ?? tag?.[2];
  if (expected === undefined)
    throw new ProblemError('precondition-required', { detail: 'Send `expected` or If-Match.' });
  const reply = await runRequest(deps, call, async () => {
    if (tag && Number(tag[1]) !== version) {
      throw new ProblemError('precondition-failed', {
        data: { version, currentDigest: state.revision.digest },
      });
    }
    const ids = await idsOf(deps.engine, call);
    const target = { environment, request: params.request, definition, ids, previous: state.revision.fields };
    const { content, sealed } = await prepareContent(deps, target, body);
    return {
      request: params.request,
      definition,
      ids,
      sealed,
      data: { type: 'revise', expected, content },
    };
  });
  return opened(deps, environment, reply);
}

type Act =
  | 'submitApprovalRequest'
  | 'cancelApprovalRequest'
  | 'reopenApprovalRequest'
  | 'holdApprovalRequest'
  | 'releaseApprovalRequest'
  | 'answerCheck';

/** Commands that need nothing but their data. */
export async function actOnRequest(deps: RequestDeps, call: Call<Act>, data: CommandData): Promise<Reply> {
  const { principal, params } = call;
  const definition = await pinnedDefinition(deps, call, params.request);
  const ids = await idsOf(deps.engine, call);
  const reply = await runRequest(deps, call, { request: params.request, definition, ids, data });
  return opened(deps, principal.environment, reply);
}

/** The downstream system acts on the outcome with a token that says so (R12). */
export async function recordEffect(deps: RequestDeps, call: Call<'recordEffect'>): Promise<Reply> {
  const { principal, params, body } = call;
  const definition = await pinnedDefinition(deps, call, params.request);
  return runRequest(deps, call, async () => {
    // A token lives for minutes; a call may be repeated for days.
    const verified = await deps.tokens.verify(principal.environment, body.token);
    if (!verified.ok) throw new ProblemError(verified.code);
    if (verified.claims.sub !== params.request) {
      throw new ProblemError('approval-token-invalid', {
        detail: 'This token is for another request.',
        data: { request: verified.claims.sub },
      });
    }
    const { effect, state, reference } = body;
    const { statusVersion } = verified.claims;
    return {
      request: params.request,
      definition,
      ids: await idsOf(deps.engine, call),
      data: { type: 'recordEffect', effect, state, reference: reference ?? null, statusVersion },
      answer: ({ now }) => ({
        status: 201,
        body: {
          request: params.request,
          effect,
          state,
          reference: reference ?? null,
          statusVersion,
          recordedBy: actorOf(principal, call.actFor),
          recordedAt: now,
        },
      }),
    };
  });
}

type Presented = {
  readonly id: string;
  readonly version: number;
  readonly number: string | null;
  readonly revision: { readonly digest: string; readonly fields: { readonly [name: string]: unknown } };
};

/** Our own answer, as it was stored. */
function presentedIn(text: string): Presented {
  const presented: Presented = JSON.parse(text);
  return presented;
}

/** What is stored holds personal values sealed; they are opened only on the way out (ENGINE 15). */
export async function opened(
  deps: Pick<RequestDeps, 'sealer' | 'reader'>,
  environment: string,
  { made, replayed: _, ...reply }: RequestReply,
): Promise<Reply> {
  if (reply.status >= 400 || reply.text === undefined) return reply;
  // What was just made need not be read out of its own answer.
  const shown = made === null ? presentedIn(reply.text) : { version: made.version, ...made.after };
  const headers = { ...reply.headers, ETag: `"${shown.version}-${shown.revision.digest}"` };
  const fields = await openFields(deps, environment, shown.revision.fields);
  if (fields === shown.revision.fields && (shown.number ?? null) === null) return { ...reply, headers };
  const body = presentedIn(reply.text);
  const number = await completed(deps, environment, body, headers);
  const text = JSON.stringify({ ...body, number, revision: { ...body.revision, fields } });
  return { ...reply, headers, text };
}
