import type { AnswerOf, BodyOf } from '@countersign/contract';
import type { DocumentRef } from '@countersign/core';
import type { Call, Reply } from '../../http/call.ts';
import { idsOf } from '../../http/change.ts';
import { makeCursor, numberAt, readCursor } from '../../http/cursor.ts';
import { ProblemError } from '../../http/problem.ts';
import { sealedComment } from './requests.comment.ts';
import type { RequestDeps } from './requests.ports.ts';
import { commentsOf, type StoredComment } from './requests.queries.ts';
import { readRequest } from './requests.reads.ts';
import { pinnedDefinition, runRequest } from './requests.run.ts';
import { mayReadComment } from './requests.visibility.ts';

type Shown = AnswerOf<'listComments'>[200]['items'][number];

/** Its text may say anything of anybody: it is sealed, and belongs to its writer; a system's to the request. */
export async function addComment(deps: RequestDeps, call: Call<'addComment'>): Promise<Reply> {
  const { principal, params, body } = call;
  const { environment } = principal;
  const { request } = params;
  const definition = await pinnedDefinition(deps, call, request);
  const {
    made: _,
    replayed: _r,
    ...reply
  } = await runRequest(deps, call, async () => {
    const files = await filesOf(deps, environment, body.files);
    const ids = await idsOf(deps.engine, call);
    const owner = call.actFor ?? request;
    const said = await sealedComment(deps, {
      ...{ environment, owner, request, name: 'comment', text: body.text, ids },
    });
    return {
      request,
      definition,
      ids,
      sealed: said === null ? [] : [said.row],
      data: { type: 'comment', visibility: body.visibility, text: said?.reference ?? null, files },
      answer({ events, now }) {
        const added = events.find((e) => e.type === 'comment.added');
        if (!added) throw new Error('a comment was taken and not added');
        // As it is stored under the key: without the text (ENGINE 15).
        return { status: 201, body: { ...added.comment, at: now } };
      },
    };
  });
  if (reply.status >= 400 || reply.text === undefined) return reply;
  const stored: StoredComment = JSON.parse(reply.text);
  const [shown] = await openTexts(deps, environment, request, [stored]);
  return { ...reply, text: JSON.stringify(shown) };
}

async function filesOf(
  deps: Pick<RequestDeps, 'documents'>,
  environment: string,
  given: BodyOf<'addComment'>['files'],
): Promise<readonly DocumentRef[]> {
  const { documents, errors } = await deps.documents.resolve(environment, { files: given }, { files: [] });
  if (errors.length === 0) return documents.files ?? [];
  const named = errors.map((e) => ({ ...e, field: e.field.replace('documents.', '') }));
  throw new ProblemError('document-invalid', { detail: named[0]?.message ?? '', errors: named });
}

export async function listComments(deps: RequestDeps, call: Call<'listComments'>): Promise<Reply> {
  const { principal, params, query } = call;
  const { state } = await readRequest(deps, call, params.request);
  const cursor = readCursor(query);
  const after = cursor === null ? 0 : numberAt(cursor, 0);
  const all =
    state.comments === undefined
      ? []
      : await commentsOf(deps.reader.readAs(principal.environment), principal.environment, params.request);
  const mine = all.filter((one) => one.n > after && mayReadComment(state, call, one.visibility));
  const page = mine.slice(0, query.limit);
  const items = await openTexts(deps, principal.environment, params.request, page);
  const last = mine.length > page.length ? page.at(-1) : undefined;
  return { status: 200, body: { items, nextCursor: last ? makeCursor(query, [last.n]) : null } };
}

async function openTexts(
  deps: Pick<RequestDeps, 'sealer'>,
  environment: string,
  request: string,
  comments: readonly StoredComment[],
): Promise<Shown[]> {
  const sealed = comments.flatMap(({ text }) => (text === null ? [] : [text]));
  const opened = await deps.sealer.openValues(environment, sealed);
  return comments.map(({ n, by, visibility, text, files, at }) => {
    const found = text === null ? undefined : opened.get(text.sealed);
    const value = found?.state === 'open' && typeof found.value === 'string' ? found.value : null;
    const id = `cmt_${request.slice('req_'.length)}_${n}`;
    const erased = text !== null && value === null;
    return { id, request, by, visibility, text: value, erased, files: files.map((one) => ({ ...one })), at };
  });
}
