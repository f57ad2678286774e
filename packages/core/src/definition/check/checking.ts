import type { ExpressionProblem } from '../../condition/ast.ts';
import type { Definition } from '../model.ts';
import type { DefinitionSource } from '../parse.ts';
import { type DefinitionProblem, type ProblemCode, positionOf } from '../problem.ts';
import type { Placed } from '../walk.ts';

/** Where problems are noted, with their places in the source. */
export type Noting = { readonly source: DefinitionSource; readonly problems: DefinitionProblem[] };

/** What one check of a definition works on and collects. */
export type Checking = {
  readonly definition: Definition;
  readonly source: DefinitionSource;
  /** The steps in reading order, with their places in the source. */
  readonly nodes: readonly Placed[];
  readonly problems: DefinitionProblem[];
  readonly warnings: DefinitionProblem[];
};

export function fault(c: Noting, code: ProblemCode, path: string, message: string): void {
  c.problems.push({ code, message, path, ...positionOf(c.source.positions, path) });
}

export function caution(c: Checking, code: ProblemCode, path: string, message: string): void {
  c.warnings.push({ code, message, path, ...positionOf(c.source.positions, path) });
}

/** A problem of an expression, at its own place in the source where that is known. */
export function pointInto(
  c: Noting,
  path: string,
  problem: ExpressionProblem,
  code: ProblemCode = problem.code === 'personal-field' ? 'personal-field' : 'bad-condition',
): void {
  const start = c.source.positions.get(`${path}#text`);
  const at = start
    ? {
        line: start.line + problem.line - 1,
        column: problem.line === 1 ? start.column + problem.column - 1 : problem.column,
      }
    : positionOf(c.source.positions, path);
  c.problems.push({ code, message: problem.message, path, ...at });
}
