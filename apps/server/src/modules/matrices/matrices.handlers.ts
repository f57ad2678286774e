import type { AnswerOf } from '@countersign/contract';
import { parseMatrix } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, readCursor, textAt } from '../../http/cursor.ts';
import { notFound } from '../../http/problem.ts';
import { presentProposal } from './matrices.present.ts';
import { matrixQueries } from './matrices.queries.ts';
import { fieldErrors } from './matrices.source.ts';
import { approveMatrix, publishMatrix, rejectMatrix } from './matrices.usecases.ts';

type MatrixHandlers = Pick<
  Handlers,
  | 'checkMatrix'
  | 'publishMatrix'
  | 'approveMatrix'
  | 'rejectMatrix'
  | 'listMatrixProposals'
  | 'listMatrices'
  | 'getMatrix'
  | 'getMatrixVersion'
>;

export function matrixHandlers({
  engine,
  reader,
}: {
  readonly engine: Engine;
  readonly reader: Reader;
}): MatrixHandlers {
  const queries = matrixQueries(reader);

  async function find(environment: string, name: string, version: string | null) {
    const found = await queries.version(environment, name, version);
    if (found === null)
      throw notFound(version === null ? 'authority matrix' : 'version of this authority matrix');
    return found.version;
  }

  return {
    async checkMatrix({ principal, body: { source, format, effectiveFrom } }) {
      const now = await engine.now(principal.environment);
      const read = parseMatrix(source, {
        format,
        now,
        ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      });
      const body: AnswerOf<'checkMatrix'>[200] = read.ok
        ? { ok: true, digest: read.matrix.digest, errors: [], warnings: fieldErrors(read.warnings) }
        : { ok: false, digest: null, errors: fieldErrors(read.problems), warnings: [] };
      return { status: 200, body };
    },
    publishMatrix: (call) => publishMatrix({ engine, queries }, call),
    approveMatrix: (call) => approveMatrix({ engine, queries }, call),
    rejectMatrix: (call) => rejectMatrix({ engine, queries }, call),
    async listMatrixProposals({ principal: { environment } }) {
      const directory = await engine.directoryNow(environment);
      const now = await engine.now(environment);
      const waiting = [...directory.proposals.values()].sort((a, b) => a.seq - b.seq);
      const items = waiting.map((one) => presentProposal(directory, one, now));
      const body: AnswerOf<'listMatrixProposals'>[200] = { items };
      return { status: 200, body };
    },
    async listMatrices({ principal, query }) {
      const cursor = readCursor(query);
      const after = cursor === null ? '' : textAt(cursor, 0);
      const found = await queries.list(principal.environment, after, query.limit);
      const items = found.slice(0, query.limit);
      const last = found.length > items.length ? items.at(-1) : undefined;
      const body: AnswerOf<'listMatrices'>[200] = {
        items,
        nextCursor: last === undefined ? null : makeCursor(query, [last.name]),
      };
      return { status: 200, body };
    },
    async getMatrix({ principal, params }) {
      const newest = await find(principal.environment, params.name, null);
      const versions = await queries.versions(principal.environment, params.name);
      const body: AnswerOf<'getMatrix'>[200] = { ...newest, versions };
      return { status: 200, body };
    },
    async getMatrixVersion({ principal, params }) {
      return { status: 200, body: await find(principal.environment, params.name, params.version) };
    },
  };
}
