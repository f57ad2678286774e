import type { AnswerOf } from '@countersign/contract';
import { canonicalDefinition } from '@countersign/core';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Reply } from '../../http/call.ts';
import { change } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { examine, fieldErrors, missing, type NewestPart, refusalOf } from './definitions.findings.ts';
import {
  type DefinitionEvent,
  type DefinitionState,
  definitionFold,
  definitionStream,
} from './definitions.model.ts';
import type { DefinitionQueries } from './definitions.queries.ts';

type Deps = { readonly engine: Engine; readonly queries: DefinitionQueries };

/** What a key does not cover is not there for it, as a part either. */
const newestFor =
  (queries: DefinitionQueries, { principal }: Pick<Call<'publishDefinition'>, 'principal'>) =>
  (names: readonly string[]): Promise<ReadonlyMap<string, NewestPart>> =>
    queries.newestParts(
      principal.environment,
      names.filter((name) => principal.definitions?.includes(name) ?? true),
    );

/** What publishing would say, and what the directory does not hold yet. */
export async function checkSource({ engine, queries }: Deps, call: Call<'checkDefinition'>): Promise<Reply> {
  const found = await examine(call.body, newestFor(queries, call));
  const needed = found.references;
  const directory = await engine.directoryNow(call.principal.environment);
  const unknown = needed === null ? [] : missing(needed, directory);
  const columns = found.against(directory);
  const problems = [...found.problems, ...columns.problems];
  const body: AnswerOf<'checkDefinition'>[200] = {
    ok: problems.length === 0,
    errors: fieldErrors(problems),
    warnings: [...fieldErrors(found.warnings), ...fieldErrors(columns.warnings), ...unknown],
    digest: found.digest,
    parts: found.parts.map((part) => ({ ...part, newest: part.version })),
    references:
      needed === null
        ? null
        : {
            people: [...needed.people],
            groups: [...needed.groups],
            roles: [...needed.roles],
            matrices: [...needed.matrices],
          },
  };
  return { status: 200, body };
}

/** A new immutable version, or the newest one where it says the same already. */
export async function publishDefinition(
  { engine, queries }: Deps,
  call: Call<'publishDefinition'>,
): Promise<Reply> {
  const { environment, definitions } = call.principal;
  const found = await examine(call.body, newestFor(queries, call));
  const refusal = refusalOf(found);
  if (refusal !== null) throw refusal;
  const { definition: canonical, digest, parts } = found;
  if (canonical === null || digest === null) throw new Error('a definition without problems has a digest');
  const name = canonical.definition;
  if (definitions !== null && !definitions.includes(name)) {
    throw new ProblemError('forbidden-definition', {
      detail: `This key does not cover the definition ${name}.`,
      data: { definition: name },
    });
  }
  const { source, format } = call.body;
  const { replayed: _, ...reply } = await change<DefinitionState, DefinitionEvent>(engine, call, {
    stream: definitionStream(name),
    kind: 'definition',
    fold: definitionFold,
    command: { type: 'publishDefinition', data: { definition: name, digest, format, source } },
    decide: (state, { version, directory }) => {
      if (state?.digest === digest) return [];
      const wrong = refusalOf(found.against(directory));
      if (wrong !== null) throw wrong;
      return [
        {
          type: 'definition.published',
          definition: name,
          version: version + 1,
          digest,
          canonical,
          ...(parts.length === 0 ? {} : { parts }),
        },
      ];
    },
    project: ({ after }) => ({
      writes: {
        definition_version: [
          {
            definition: name,
            version: after.version,
            digest,
            canonical: canonicalDefinition(canonical),
            source,
          },
        ],
      },
    }),
    // A version never changes: its number is all that a repetition needs.
    answer: ({ events, after }) => ({
      status: events.length === 0 ? 200 : 201,
      body: { version: after.version },
    }),
  });
  if (reply.status >= 400 || reply.text === undefined) return reply;
  const { version }: { version: number } = JSON.parse(reply.text);
  const stored = await queries.version(environment, name, String(version));
  if (stored === null) throw new Error(`version ${version} of ${name} has no row`);
  const { text: _text, mediaType: _type, ...rest } = reply;
  // Of a repeated publication, too: the entry that made this version.
  const receipt = { 'Countersign-Seq': stored.version.seq, 'Countersign-Leaf': stored.leaf };
  return { ...rest, body: stored.version, headers: { ...reply.headers, ...receipt } };
}
