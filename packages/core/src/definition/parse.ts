import { definitionDigest } from './canonical.ts';
import { document } from './language/document.ts';
import type { Definition } from './model.ts';
import { nameFaults } from './names.ts';
import type { DefinitionProblem, Positions } from './problem.ts';
import { inOrder, positionOf } from './problem.ts';
import { newReading, report } from './shape/shape.ts';
import { readSource } from './source/read.ts';

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
  if (definition)
    for (const { code, path, message } of nameFaults(definition))
      report(reading, code, positionOf(reading.positions, path), path, message);
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
