import { type Ast, problemAt } from '../../condition/ast.ts';
import { type Fact, unguarded } from '../../condition/guards.ts';
import { parseExpression } from '../../condition/parse.ts';
import { allAssignees } from '../assignees.ts';
import { branchPath } from '../walk.ts';
import { type Checking, fault, pointInto } from './checking.ts';
import { expressionsOf } from './expressions.ts';

/**
 * What may be hidden is read only where it is settled first that it is not. Otherwise a request would wait for a value
 * that nobody can give.
 */
export function checkGuards(c: Checking): void {
  const { fields } = c.definition;
  const hides = new Map(
    fields.flatMap(({ name, visible }): [string, Ast][] => {
      const shown = visible === undefined ? null : astOf(visible);
      return shown === null ? [] : [[name, shown]];
    }),
  );
  if (hides.size === 0) return;
  const check = (source: string, path: string, known: readonly Fact[], columns: readonly string[]): void => {
    const root = astOf(source);
    for (const { field, at } of root === null ? [] : unguarded(root, hides, known, columns))
      pointInto(c, path, problemAt(source, at, 'unknown-name', words(c, field)), 'hidden-field');
  };
  for (const { name, visible, compute, columns = [] } of fields) {
    const path = `fields.${name}`;
    const names = columns.map((column) => column.name);
    // What is hidden is not computed, so its own condition is a guard.
    const own = visible === undefined ? [] : factOf(visible, true);
    if (visible !== undefined) check(visible, `${path}.visible`, [], []);
    if (compute !== undefined) check(compute, `${path}.compute`, own, []);
    for (const column of columns)
      if (column.compute !== undefined)
        check(column.compute, `${path}.columns.${column.name}.compute`, own, names);
  }
  for (const { expression, path } of expressionsOf(c))
    if (!isGivenToPart(c, path)) check(expression, path, factsAt(c, path), []);
  for (const { by, path } of allAssignees(c.definition, c.nodes)) {
    if (by.by !== 'field') continue;
    const place = `${path}.field`;
    const read: Ast = { node: 'name', at: 0, name: by.field };
    if (unguarded(read, hides, factsAt(c, place)).length > 0)
      fault(c, 'hidden-field', place, words(c, by.field));
  }
}

/** It is read where the part reads it, and looked at there. */
const isGivenToPart = ({ nodes }: Checking, place: string): boolean =>
  nodes.some(({ node, path }) => node.kind === 'sequence' && place.startsWith(`${path}.with.`));

function words({ definition }: Checking, name: string): string {
  const shown = definition.fields.find((field) => field.name === name)?.visible ?? '';
  return (
    `\`${name}\` is hidden unless \`${shown}\`, and nobody could give what is missing here then. ` +
    `Ask for it first: \`has(${name}) && …\`, \`has(${name}) ? … : …\`, or a \`when\` around it.`
  );
}

/** What holds at a place of the route: the conditions of what it stands in, and that no branch before it was taken. */
function factsAt(c: Checking, place: string): readonly Fact[] {
  return c.nodes.flatMap(({ node, path }): readonly Fact[] => {
    if (!place.startsWith(`${path}.`)) return [];
    if (node.kind !== 'choose') {
      const own = node.when === null || place === `${path}.when`;
      return own ? [] : factOf(node.when, true);
    }
    const taken = node.branches.findIndex((_, i) => place.startsWith(`${branchPath(path, i)}.`));
    return node.branches.slice(0, taken + 1).flatMap(({ when }, i) => {
      if (when === null || place === `${branchPath(path, i)}.when`) return [];
      return factOf(when, i === taken);
    });
  });
}

function factOf(source: string, holds: boolean): readonly Fact[] {
  const ast = astOf(source);
  return ast === null ? [] : [{ ast, holds }];
}

function astOf(source: string): Ast | null {
  const parsed = parseExpression(source);
  return parsed.ok ? parsed.expression.root : null;
}
