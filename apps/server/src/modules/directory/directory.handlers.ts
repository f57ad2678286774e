import type { AnswerOf } from '@countersign/contract';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import { lanes } from '../../engine/lanes.ts';
import type { Sealer } from '../../engine/seal/index.ts';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, readCursor, textAt } from '../../http/cursor.ts';
import { notFound } from '../../http/problem.ts';
import { viewOf } from './directory.asof.ts';
import { directoryQueries } from './directory.queries.ts';
import { changeDirectory } from './directory.usecases.ts';

type DirectoryDeps = { readonly engine: Engine; readonly reader: Reader; readonly sealer: Sealer };

type DirectoryHandlers = Pick<
  Handlers,
  'changeDirectory' | 'listPeople' | 'getPerson' | 'listGroups' | 'getGroup' | 'listRoles' | 'getRole'
>;

/** Batches that may wait in one environment. */
const WAITING = 1024;

type Paged = {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly asOf?: string | undefined;
};

export function directoryHandlers(deps: DirectoryDeps): DirectoryHandlers {
  const { reader, sealer } = deps;
  const queries = directoryQueries(reader, sealer);
  const changing = { ...deps, lanes: lanes(WAITING) };

  const index = async (environment: string, kind: 'userName' | 'email', text: string | undefined) =>
    text === undefined ? undefined : sealer.blindIndex(environment, kind, text);

  /** The page, and the cursor of the next one. */
  function cut<T>(query: Paged, found: readonly T[], placeOf: (item: T) => string) {
    const items = found.slice(0, query.limit);
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, nextCursor: last === undefined ? null : makeCursor(query, [placeOf(last)]) };
  }

  const after = (query: Paged): string => {
    const cursor = readCursor(query);
    return cursor === null ? '' : textAt(cursor, 0);
  };

  async function listed(environment: string, kind: 'group' | 'role', query: Paged) {
    const from = after(query);
    const view = await viewOf(reader, environment, query.asOf);
    const found = await queries.collectives(environment, view, kind, { after: from, limit: query.limit });
    return { view, ...cut(query, found, ({ key }) => key) };
  }

  async function one(environment: string, kind: 'group' | 'role', name: string, asOf: string | undefined) {
    const view = await viewOf(reader, environment, asOf);
    const [found] = await queries.collectives(environment, view, kind, { name, limit: 1 });
    if (found === undefined) throw notFound(kind);
    return { view, found };
  }

  return {
    changeDirectory: (call) => changeDirectory(changing, call),

    async listPeople({ principal: { environment }, query }) {
      const from = after(query);
      const view = await viewOf(reader, environment, query.asOf);
      const found = await queries.people(environment, view, {
        after: from,
        userName: await index(environment, 'userName', query.userName),
        email: await index(environment, 'email', query.email),
        active: query.active,
        limit: query.limit,
      });
      const body: AnswerOf<'listPeople'>[200] = cut(query, found, ({ id }) => id);
      return { status: 200, body };
    },

    async getPerson({ principal: { environment }, params, query }) {
      const view = await viewOf(reader, environment, query.asOf);
      const [found] = await queries.people(environment, view, { person: params.person, limit: 1 });
      if (found === undefined) throw notFound('person');
      return { status: 200, body: found };
    },

    async listGroups({ principal, query }) {
      const { view, items, nextCursor } = await listed(principal.environment, 'group', query);
      const body: AnswerOf<'listGroups'>[200] = {
        items: items.map(({ key, persons }) => ({ key, members: persons, revision: view.revision })),
        nextCursor,
      };
      return { status: 200, body };
    },

    async getGroup({ principal, params, query }) {
      const { view, found } = await one(principal.environment, 'group', params.key, query.asOf);
      const body: AnswerOf<'getGroup'>[200] = {
        key: found.key,
        members: found.persons,
        revision: view.revision,
      };
      return { status: 200, body };
    },

    async listRoles({ principal, query }) {
      const { view, items, nextCursor } = await listed(principal.environment, 'role', query);
      const body: AnswerOf<'listRoles'>[200] = {
        items: items.map(({ key, persons }) => ({ key, holders: persons, revision: view.revision })),
        nextCursor,
      };
      return { status: 200, body };
    },

    async getRole({ principal, params, query }) {
      const { view, found } = await one(principal.environment, 'role', params.key, query.asOf);
      const body: AnswerOf<'getRole'>[200] = {
        key: found.key,
        holders: found.persons,
        revision: view.revision,
      };
      return { status: 200, body };
    },
  };
}
