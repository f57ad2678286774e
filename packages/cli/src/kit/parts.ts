import {
  type Definition,
  neededParts,
  type ParsedDefinition,
  parseDefinition,
  type ResolvedDefinition,
  resolveParts,
} from '@countersign/core';
import { Refused, UsageError } from './errors.ts';
import { formatOf, readText } from './files.ts';

/** For commands that read definitions from files. */
export const partFlags = {
  part: {
    type: [String],
    placeholder: '<file>',
    description: 'A part that the definition uses; once for each, the innermost first',
  },
} as const;

type Parsed = Extract<ParsedDefinition, { readonly ok: true }>;

/** The parts in files, by name. One may use those that stand before it. */
export function partsFrom(files: readonly string[]): ReadonlyMap<string, Definition> {
  const parts = new Map<string, Definition>();
  for (const file of files) {
    const parsed = parseDefinition(readText(file), formatOf(file));
    const resolved = parsed.ok ? resolveGiven(parsed, parts) : parsed;
    if (!resolved.ok) {
      const [first] = resolved.problems;
      const where = first === undefined ? '' : ` ${file}:${first.line}:${first.column} ${first.message}`;
      throw new Refused('definition-invalid', `${file} is not a part.${where}`);
    }
    const { definition } = resolved;
    if (definition.parameters === undefined)
      throw new UsageError(`${file} is no part: it declares no \`parameters\`.`);
    parts.set(definition.definition, definition);
  }
  return parts;
}

/** With the parts that were given. Where one was not, the definition stays as it is written, for its reader to say so. */
export function resolveGiven(
  { definition, digest, source }: Parsed,
  parts: ReadonlyMap<string, Definition>,
): ResolvedDefinition {
  const missing = neededParts(definition).some((name) => !parts.has(name));
  if (missing) return { ok: true, definition, digest };
  return resolveParts(definition, source, (name) => parts.get(name) ?? null);
}
