import type { AnswerOf, RequestEvent } from '@countersign/contract';
import { type Approve, type Assignment, factSource, type RequestState } from '@countersign/core';
import type { Call, Reply } from '../../http/call.ts';
import { makeCursor, numberAt, readCursor } from '../../http/cursor.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import type { PublishedDefinition } from '../definitions/index.ts';
import { historyOf } from '../events/index.ts';
import { openConditions, openFields } from './requests.content.ts';
import type { RequestDeps } from './requests.ports.ts';
import { etag, present, presentAssignment, splitId, stepTitle, summarize } from './requests.present.ts';
import { findRequest, listAssignments, listRequests, type StoredRequest } from './requests.queries.ts';
import { type Caller, mayKnow, mayReadComment, viewerOf } from './requests.visibility.ts';

type Found = StoredRequest & { readonly definition: PublishedDefinition };

/** Reads from the database, so that no answer is older than what the caller wrote through another process (ENGINE 13). */
export async function readRequest(deps: RequestDeps, caller: Caller, request: string): Promise<Found> {
  const { environment } = caller.principal;
  const found = await findRequest(deps.reader.readAs(environment), environment, request);
  if (found === null || !(await mayKnow(deps, caller, found.state))) throw notFound('approval request');
  return { ...found, definition: await definitionOf(deps, environment, found.state.definitionDigest) };
}

export async function definitionOf(
  deps: RequestDeps,
  environment: string,
  digest: string,
): Promise<PublishedDefinition> {
  const definition = await deps.definitions.byDigest(environment, digest);
  if (definition === null) throw new Error(`the definition ${digest} is gone`);
  return definition;
}

export async function getRequest(deps: RequestDeps, call: Call<'getApprovalRequest'>): Promise<Reply> {
  const request = await readRequest(deps, call, call.params.request);
  const { state } = request;
  type Fields = Parameters<typeof present>[1];
  const fields = await openFields(deps, call.principal.environment, { ...state.revision.fields } as Fields);
  const body = await openConditions(deps, call.principal.environment, present(request, fields));
  return { status: 200, body, headers: { ETag: etag(request) } };
}

export async function listOfRequests(deps: RequestDeps, call: Call<'listApprovalRequests'>): Promise<Reply> {
  const { environment } = call.principal;
  const cursor = readCursor(call.query);
  const after = cursor === null ? null : numberAt(cursor, 0);
  const rows = await listRequests(
    deps.reader.readAs(environment),
    environment,
    call.query,
    call.principal.definitions,
    await viewerOf(deps, call),
    after,
  );
  const page = rows.slice(0, call.query.limit);
  const items = await Promise.all(
    page.map(async (stored) => {
      const definition = await definitionOf(deps, environment, stored.state.definitionDigest);
      return summarize({ ...stored, definition });
    }),
  );
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return { status: 200, body: { items, nextCursor: last ? makeCursor(call.query, [last.position]) : null } };
}

type Detail = AnswerOf<'getAssignment'>[200];

/** An assignment with what it is about. */
export function detail(
  state: RequestState,
  a: Assignment,
  definition: PublishedDefinition,
  openedAt: string,
): Detail {
  const step = definition.compiled.step(a.step);
  return {
    ...presentAssignment(state.request, a),
    definition: state.definition,
    definitionTitle: { ...definition.compiled.definition.title },
    stepTitle: stepTitle(definition, a.step),
    externalReference: state.externalReference,
    revision: { number: state.revision.number, digest: state.revision.digest },
    decisions: step?.kind === 'approve' ? [...step.decisions] : [],
    reasons: step?.kind === 'approve' ? reasonsOf(definition, step) : [],
    bulk: step?.kind === 'approve' && step.bulk === true,
    openedAt,
    dueAt: state.dueAt,
  };
}

/** What a form offers: a decision with a catalogue needs a code, unless the step asks for none (SEMANTICS 24). */
function reasonsOf({ compiled }: PublishedDefinition, step: Approve): Detail['reasons'] {
  return (compiled.definition.reasons ?? []).flatMap(({ decision, codes }) =>
    decision === 'override' || !step.decisions.includes(decision)
      ? []
      : [
          {
            decision,
            required: (step.reasons ?? step.decisions).includes(decision),
            codes: codes.map(({ code, text }) => ({ code, text: { ...text } })),
          },
        ],
  );
}

export async function getAssignment(deps: RequestDeps, call: Call<'getAssignment'>): Promise<Reply> {
  const { request, n } = splitId(call.params.assignment);
  const { state, definition } = await readRequest(deps, call, request);
  const found = state.assignments.find((a) => a.n === n);
  if (!found) throw notFound('assignment');
  const openedAt = await openedAtOf(deps, call.principal.environment, request, n);
  return { status: 200, body: detail(state, found, definition, openedAt) };
}

async function openedAtOf(
  deps: RequestDeps,
  environment: string,
  request: string,
  n: number,
): Promise<string> {
  const rows = await deps.reader
    .readAs(environment)
    .query<{ opened_at: Date }>(
      `select opened_at from countersign.assignment where environment_id = $1 and stream_id = $2 and n = $3`,
      [environment, request, n],
    );
  if (!rows[0]) throw notFound('assignment');
  return rows[0].opened_at.toISOString();
}

/** `mine`: the places of the person acted for, and of everybody who has delegated to them now. */
export async function listOfAssignments(deps: RequestDeps, call: Call<'listAssignments'>): Promise<Reply> {
  const { environment } = call.principal;
  const cursor = readCursor(call.query);
  const after = cursor === null ? null : { seq: numberAt(cursor, 0), n: numberAt(cursor, 1) };
  const persons = call.query.mine
    ? await placesOf(deps, environment, call.actFor)
    : call.query.person
      ? [call.query.person]
      : null;
  const rows = await listAssignments(
    deps.reader.readAs(environment),
    environment,
    call.query,
    persons,
    call.principal.definitions,
    await viewerOf(deps, call),
    after,
  );
  const page = rows.slice(0, call.query.limit);
  const items = await Promise.all(
    page.map(async ({ state, n, openedAt }) => {
      const definition = await definitionOf(deps, environment, state.definitionDigest);
      const found = state.assignments.find((a) => a.n === n);
      if (!found) throw new Error(`assignment ${n} of ${state.request} has a row and no place`);
      return detail(state, found, definition, openedAt.toISOString());
    }),
  );
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return {
    status: 200,
    body: { items, nextCursor: last ? makeCursor(call.query, [last.openedSeq, last.n]) : null },
  };
}

async function placesOf(deps: RequestDeps, environment: string, person: string | null): Promise<string[]> {
  if (person === null)
    throw new ProblemError('person-required', { detail: '`mine` needs Countersign-Act-For.' });
  const now = await deps.engine.now(environment);
  const directory = await deps.engine.directoryNow(environment);
  const lent = factSource(directory)
    .delegations(person)
    .value.filter((d) => d.starts <= now && now < d.ends);
  return [person, ...lent.map((d) => d.from)];
}

type Event = AnswerOf<'getHistory'>[200]['items'][number]['event'];

const isCommentAdded = (event: Event): event is Extract<RequestEvent, { type: 'comment.added' }> =>
  event.type === 'comment.added';

/** Every event of a request, from the log itself. */
export async function getHistory(deps: RequestDeps, call: Call<'getHistory'>): Promise<Reply> {
  const { principal, params, query } = call;
  const { state } = await readRequest(deps, call, params.request);
  const cursor = readCursor(query);
  const after = cursor === null ? 0 : numberAt(cursor, 0);
  const history = await historyOf(deps.reader, principal.environment, params.request, {
    after,
    limit: query.limit,
  });
  const nextCursor = history.nextVersion === null ? null : makeCursor(query, [history.nextVersion]);
  const items = history.items.filter(({ event }) => {
    const added = isCommentAdded(event) ? event.comment : null;
    return added === null || mayReadComment(state, call, added.visibility);
  });
  return { status: 200, body: { items, nextCursor } };
}
