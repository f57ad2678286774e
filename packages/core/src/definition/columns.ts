import type { MatrixVersion } from '../facts/model.ts';
import { allAssignees } from './assignees.ts';
import { type Checking, caution, fault } from './check/checking.ts';
import { type CheckedDefinition, placesOf } from './check.ts';
import type { Definition } from './model.ts';
import type { DefinitionSource } from './parse.ts';
import { inOrder } from './problem.ts';

/**
 * Do the columns that a definition gives to its matrices exist? Asked of what is published, so beside `checkDefinition`.
 * A column that no version of the matrix has is a mistake; one that the newest has and that is not given lets no row
 * match, which another version may mend.
 * @param versionsOf oldest first; null where there is no such matrix, of which nothing is said here.
 */
export function checkColumns(
  definition: Definition,
  source: DefinitionSource,
  versionsOf: (matrix: string) => readonly MatrixVersion[] | null,
): CheckedDefinition {
  const nodes = placesOf(definition, source);
  const c: Checking = { definition, source, nodes, problems: [], warnings: [] };
  for (const { by, path } of allAssignees(definition, nodes)) {
    if (by.by !== 'matrix') continue;
    const versions = versionsOf(by.matrix);
    const newest = versions?.at(-1);
    if (versions === null || newest === undefined) continue;
    for (const column of Object.keys(by.dimensions)) {
      if (versions.some(({ columns }) => columns.includes(column))) continue;
      const has =
        newest.columns.length === 0 ? 'It has none.' : `It has ${newest.columns.map(quoted).join(', ')}.`;
      fault(
        c,
        'unknown-name',
        `${path}.${column}`,
        `The matrix ${by.matrix} has no column \`${column}\`. ${has}`,
      );
    }
    for (const column of newest.columns) {
      if (Object.hasOwn(by.dimensions, column)) continue;
      const message = `The matrix ${by.matrix} asks for \`${column}\`: without it no row matches, and the step is blocked. Add e.g. \`${column}: =${column}\`.`;
      caution(c, 'missing-key', path, message);
    }
  }
  return { problems: inOrder(c.problems), warnings: inOrder(c.warnings) };
}

const quoted = (column: string): string => `\`${column}\``;
