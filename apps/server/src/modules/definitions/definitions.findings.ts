import type { FieldError, ProblemCode } from '@countersign/contract';
import {
  type CheckedDefinition,
  checkColumns,
  checkDefinition,
  checkRates,
  checkZone,
  type Definition,
  type DefinitionProblem,
  type Directory,
  neededParts,
  parseDefinition,
  pinnedParts,
  type References,
  references,
  resolveParts,
} from '@countersign/core';
import { ProblemError } from '../../http/problem.ts';
import type { PinnedPart } from './definitions.model.ts';

export type Findings = {
  /** Null where the source has no canonical form. */
  readonly definition: Definition | null;
  readonly digest: string | null;
  readonly references: References | null;
  /** The parts that it uses, as they are now. */
  readonly parts: readonly PinnedPart[];
  readonly problems: readonly DefinitionProblem[];
  readonly warnings: readonly DefinitionProblem[];
  /** What can only be said against what is published: are there its calendar, its rates, and the columns of its matrices? */
  readonly against: (directory: Directory) => CheckedDefinition;
};

type Source = { readonly source: string; readonly format: 'yaml' | 'json' };

/** The newest version of a published definition, for others to use as a part. */
export type NewestPart = { readonly version: number; readonly definition: Definition };

const NOTHING: CheckedDefinition = { problems: [], warnings: [] };

const unreadable = (problems: readonly DefinitionProblem[]): Findings => ({
  definition: null,
  digest: null,
  references: null,
  parts: [],
  problems,
  warnings: [],
  against: () => NOTHING,
});

/** Reads and checks a source; what it finds is the same for a check and for publishing. */
export async function examine(
  { source, format }: Source,
  newest: (names: readonly string[]) => Promise<ReadonlyMap<string, NewestPart>>,
): Promise<Findings> {
  const parsed = parseDefinition(source, format);
  if (!parsed.ok) return unreadable(parsed.problems);
  const found = await newest(neededParts(parsed.definition));
  const resolved = resolveParts(
    parsed.definition,
    parsed.source,
    (name) => found.get(name)?.definition ?? null,
  );
  if (!resolved.ok) return unreadable(resolved.problems);
  const { definition, digest } = resolved;
  const checked = checkDefinition(definition, parsed.source);
  return {
    definition,
    digest,
    references: references(definition),
    parts: pinnedParts(definition).map(({ name, digest: pinned }) => ({
      name,
      version: found.get(name)?.version ?? 0,
      digest: pinned,
    })),
    problems: checked.problems,
    warnings: [...parsed.warnings, ...checked.warnings],
    against: ({ calendars, matrices, rates }) => {
      const columns = checkColumns(definition, parsed.source, (name) => matrices.get(name)?.value ?? null);
      const zone = checkZone(definition, parsed.source, (name) => calendars.get(name)?.value ?? null);
      const exchange = checkRates(definition, parsed.source, (name) => rates.has(name));
      return {
        problems: [...zone.problems, ...columns.problems],
        warnings: [...exchange.warnings, ...columns.warnings],
      };
    },
  };
}

/** Without a path, a fault is about the text as a whole. */
export const fieldErrors = (problems: readonly DefinitionProblem[]): FieldError[] =>
  problems.slice(0, 100).map(({ code, message, path, line, column }) => ({
    field: path === '' ? 'source' : path,
    code,
    message,
    ...(line > 0 ? { line, column: Math.max(column, 1) } : {}),
  }));

/** What the definition names and the directory does not hold: it may come later, so it stands against nothing. */
export function missing(needed: References, directory: Directory): FieldError[] {
  const absent = (
    field: keyof References,
    code: ProblemCode,
    what: string,
    held: ReadonlyMap<string, unknown>,
  ): FieldError[] =>
    needed[field].flatMap((name, i) =>
      held.has(name)
        ? []
        : [
            {
              field: `references.${field}[${i}]`,
              code,
              message: `There is no ${what} \`${name}\` yet: a step that needs it will be blocked.`,
            },
          ],
    );
  return [
    ...absent('people', 'unknown-person', 'person', directory.people),
    ...absent('groups', 'unknown-group', 'group', directory.groups),
    ...absent('roles', 'unknown-role', 'role', directory.roles),
    ...absent('matrices', 'unknown-matrix', 'authority matrix', directory.matrices),
  ];
}

/** The refusal to publish, or null. An outright mistake is told before what is only unfinished or unsatisfiable. */
export function refusalOf({ problems }: Pick<Findings, 'problems'>): ProblemError | null {
  const [first] = problems;
  if (first === undefined) return null;
  const only = (...codes: DefinitionProblem['code'][]) => problems.every(({ code }) => codes.includes(code));
  const code: ProblemCode = only('not-yet')
    ? 'not-yet'
    : only('never-satisfied', 'nobody-decides')
      ? 'definition-unsatisfiable'
      : 'definition-invalid';
  const place = first.line > 0 ? `Line ${first.line}, column ${first.column}: ` : '';
  return new ProblemError(code, { detail: `${place}${first.message}`, errors: fieldErrors(problems) });
}
