import type { Definition } from '../model.ts';
import type { DefinitionSource } from '../parse.ts';
import { type DefinitionProblem, type ProblemCode, positionOf } from '../problem.ts';
import type { Placed } from '../walk.ts';

/** What one check of a definition works on and collects. */
export type Checking = {
  readonly definition: Definition;
  readonly source: DefinitionSource;
  /** The steps in reading order, with their places in the source. */
  readonly nodes: readonly Placed[];
  readonly problems: DefinitionProblem[];
  readonly warnings: DefinitionProblem[];
};

export function fault(c: Checking, code: ProblemCode, path: string, message: string): void {
  c.problems.push({ code, message, path, ...positionOf(c.source.positions, path) });
}

export function caution(c: Checking, code: ProblemCode, path: string, message: string): void {
  c.warnings.push({ code, message, path, ...positionOf(c.source.positions, path) });
}
