import type { AnswerOf } from '@countersign/contract';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, readCursor, textAt } from '../../http/cursor.ts';
import { notFound } from '../../http/problem.ts';
import { matrixQueries } from './matrices.queries.ts';
import { publishMatrix } from './matrices.usecases.ts';

type MatrixHandlers = Pick<Handlers, 'publishMatrix' | 'listMatrices' | 'getMatrix' | 'getMatrixVersion'>;

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
    publishMatrix: (call) => publishMatrix({ engine, queries }, call),
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
