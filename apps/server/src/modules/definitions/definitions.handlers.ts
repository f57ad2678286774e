import type { AnswerOf } from '@countersign/contract';
import { canonicalJson, type Form, parseCanonicalDefinition, presentForm } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, readCursor, textAt } from '../../http/cursor.ts';
import type { Principal } from '../../http/principal.ts';
import { notFound } from '../../http/problem.ts';
import { definitionQueries, type FoundVersion } from './definitions.queries.ts';
import { checkSource, publishDefinition } from './definitions.usecases.ts';

type DefinitionHandlers = Pick<
  Handlers,
  | 'checkDefinition'
  | 'publishDefinition'
  | 'listDefinitions'
  | 'getDefinition'
  | 'getDefinitionVersion'
  | 'getForm'
  | 'getVersionForm'
>;

type ShownForm = Form & { readonly definition: AnswerOf<'getForm'>[200]['definition'] };

const formOf = ({ name, version, digest, canonical }: FoundVersion['version']): ShownForm => ({
  definition: { name, version, digest },
  ...presentForm(parseCanonicalDefinition(canonicalJson(canonical))),
});

export function definitionHandlers(deps: {
  readonly engine: Engine;
  readonly reader: Reader;
}): DefinitionHandlers {
  const queries = definitionQueries(deps.reader);
  const writing = { engine: deps.engine, queries };

  /** A key that is narrowed to other definitions learns nothing, not even that this one exists. */
  async function find(
    { environment, definitions }: Principal,
    name: string,
    version: string | null,
  ): Promise<FoundVersion['version']> {
    const covered = definitions === null || definitions.includes(name);
    const found = covered ? await queries.version(environment, name, version) : null;
    if (found === null) throw notFound(version === null ? 'definition' : 'version of this definition');
    return found.version;
  }

  return {
    checkDefinition: (call) => checkSource(writing, call),
    publishDefinition: (call) => publishDefinition(writing, call),
    async listDefinitions({ principal, query }) {
      const cursor = readCursor(query);
      const after = cursor === null ? '' : textAt(cursor, 0);
      const { environment, definitions: among } = principal;
      const found = await queries.list(environment, { after, limit: query.limit, among });
      const items = found.slice(0, query.limit);
      const last = found.length > items.length ? items.at(-1) : undefined;
      const body: AnswerOf<'listDefinitions'>[200] = {
        items,
        nextCursor: last === undefined ? null : makeCursor(query, [last.name]),
      };
      return { status: 200, body };
    },
    async getDefinition({ principal, params }) {
      const newest = await find(principal, params.name, null);
      const versions = await queries.versions(principal.environment, params.name);
      const body: AnswerOf<'getDefinition'>[200] = { ...newest, versions };
      return { status: 200, body };
    },
    async getDefinitionVersion({ principal, params }) {
      return { status: 200, body: await find(principal, params.name, params.version) };
    },
    async getForm({ principal, params }) {
      return { status: 200, body: formOf(await find(principal, params.name, null)) };
    },
    async getVersionForm({ principal, params }) {
      return { status: 200, body: formOf(await find(principal, params.name, params.version)) };
    },
  };
}
