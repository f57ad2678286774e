import { definitionDigest } from './canonical.ts';
import { document } from './language/document.ts';
import type { Definition } from './model.ts';
import type { DefinitionProblem, Positions } from './problem.ts';
import { positionOf } from './problem.ts';
import { newReading, type Reading, report } from './shape/shape.ts';
import { readSource } from './source/read.ts';
import { placedNodes } from './walk.ts';

/** What the source text adds to a definition: where things stand, and what is not carried out yet. */
export type DefinitionSource = {
  readonly positions: Positions;
  readonly notYet: readonly DefinitionProblem[];
  /** Paths in the source by step; they differ from the canonical ones where a step is not carried out yet. */
  readonly stepPaths: ReadonlyMap<string, string>;
  /** Names that parts not carried out yet would bring, such as signers. */
  readonly laterNames: ReadonlySet<string>;
};

export type ParsedDefinition =
  | {
      readonly ok: true;
      readonly definition: Definition;
      /** SHA-256 (hex) of the canonical form. */
      readonly digest: string;
      readonly warnings: readonly DefinitionProblem[];
      /** Understood, but refused by `checkDefinition` with the code `not-yet`. */
      readonly notYet: readonly DefinitionProblem[];
      /** For `checkDefinition`, so that its problems have positions too. */
      readonly source: DefinitionSource;
    }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

export const MOST_STEPS = 500;

/**
 * Reads a workflow definition from YAML 1.2 or JSON (told apart by the first character, unless `format` says it) and
 * normalises it. Never throws. The result has the right shape; `checkDefinition` says whether it makes sense.
 */
export function parseDefinition(text: string, format?: 'yaml' | 'json'): ParsedDefinition {
  const read = readSource(text, format);
  if (!read.ok) {
    const problems = read.problems.map(({ code, message, at }) => ({ code, message, path: '', ...at }));
    return { ok: false, problems };
  }
  const reading = newReading();
  const definition = document.read(read.root, '', reading);
  if (definition) checkNames(definition, reading);
  if (!definition || reading.problems.length > 0) return { ok: false, problems: inOrder(reading.problems) };
  const { positions, notYet, stepPaths, laterNames } = reading;
  return {
    ok: true,
    definition,
    digest: definitionDigest(definition),
    warnings: inOrder(reading.warnings),
    notYet: inOrder(notYet),
    source: { positions, notYet: inOrder(notYet), stepPaths, laterNames },
  };
}

function inOrder(problems: readonly DefinitionProblem[]): readonly DefinitionProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Names that would make two things one: step ids over the whole route, and fields against documents. */
function checkNames(definition: Definition, reading: Reading): void {
  const nodes = placedNodes(definition.route);
  if (nodes.length > MOST_STEPS) {
    const message = `The route has ${nodes.length} steps; at most ${MOST_STEPS} are carried out. Split it.`;
    report(reading, 'too-large', positionOf(reading.positions, 'route'), 'route', message);
  }
  const ids = new Set<string>();
  for (const { node, path } of nodes) {
    if (ids.has(node.id)) {
      const message = `The step \`${node.id}\` stands in the route twice. Name one of them differently.`;
      report(reading, 'duplicate', positionOf(reading.positions, path), path, message);
    }
    if (node.id in {}) {
      const message = `A step cannot be named \`${node.id}\`. Choose another name.`;
      report(reading, 'bad-value', positionOf(reading.positions, path), path, message);
    }
    ids.add(node.id);
  }
  const fields = new Set(definition.fields.map((field) => field.name));
  for (const { name } of definition.documents)
    if (fields.has(name)) {
      const path = `documents.${name}`;
      const message = `\`${name}\` is a field and a document: \`reviews\` could not tell them apart. Rename one.`;
      report(reading, 'duplicate', positionOf(reading.positions, path), path, message);
    }
}
