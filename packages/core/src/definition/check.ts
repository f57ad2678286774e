import type { Checking } from './check/checking.ts';
import { checkRequired } from './check/documents.ts';
import { checkExpressions } from './check/expressions.ts';
import { checkForms } from './check/forms.ts';
import { checkGuards } from './check/guards.ts';
import { checkNames } from './check/names.ts';
import { checkPaths } from './check/paths.ts';
import { checkPeople } from './check/people.ts';
import { checkReasons } from './check/reasons.ts';
import { checkTimes } from './check/times.ts';
import type { Definition } from './model.ts';
import type { DefinitionSource } from './parse.ts';
import { checkNeeded, checkPart } from './parts/check.ts';
import { withReadable } from './parts/uses.ts';
import { type DefinitionProblem, inOrder } from './problem.ts';
import { type Placed, placedNodes } from './walk.ts';

export type CheckedDefinition = {
  /** Empty if the definition may be published. In the order of the source. */
  readonly problems: readonly DefinitionProblem[];
  readonly warnings: readonly DefinitionProblem[];
};

const NO_SOURCE: DefinitionSource = {
  positions: new Map(),
  notYet: [],
  stepPaths: new Map(),
  laterNames: new Set(),
};

/**
 * Everything that stands against publishing a definition, and what is worth a second look. `source` comes from
 * `parseDefinition`; without it, problems have paths but no positions. Whether the people, groups, roles and matrices
 * exist is not asked here: see `references`.
 */
export function checkDefinition(
  definition: Definition,
  source: DefinitionSource = NO_SOURCE,
): CheckedDefinition {
  const nodes = placesOf(definition, source);
  const readable = withReadable(definition);
  const c: Checking = { definition: readable, source, nodes, problems: [...source.notYet], warnings: [] };
  if (definition.parameters !== undefined) checkPart({ ...c, definition });
  if (checkNeeded(c, nodes)) return { problems: inOrder(c.problems), warnings: [] };
  checkPaths(c);
  checkNames(c);
  checkPeople(c);
  checkExpressions(c);
  checkForms(c);
  checkGuards(c);
  checkTimes(c);
  checkReasons(c);
  checkRequired(c);
  return { problems: inOrder(c.problems.map(inPart(nodes))), warnings: inOrder(c.warnings) };
}

/** What is found within a part is told of it: the source shows only where it is used. */
const inPart =
  (nodes: readonly Placed[]) =>
  (problem: DefinitionProblem): DefinitionProblem => {
    const used = nodes.find(
      ({ node, path }) => node.kind === 'sequence' && node.use && problem.path.startsWith(`${path}.use[`),
    )?.node;
    if (used?.kind !== 'sequence' || !used.use) return problem;
    return { ...problem, message: `In the part \`${used.use.part}\`, used here: ${problem.message}` };
  };

/** The steps in reading order, with their places in the source. */
export const placesOf = (definition: Definition, source: DefinitionSource): readonly Placed[] =>
  placedNodes(definition.route).map(({ node, path }) => ({
    node,
    path: source.stepPaths.get(node.id) ?? path,
  }));
