import { checkDefinition } from './check.ts';
import type { Definition } from './model.ts';
import { parseDefinition } from './parse.ts';
import type { DefinitionProblem } from './problem.ts';

/** `code line:column path`, which is what the tests of problems are about. */
export const place = (problem: DefinitionProblem): string =>
  `${problem.code} ${problem.line}:${problem.column} ${problem.path}`;

export function parsed(source: string): Definition {
  const result = parseDefinition(source);
  if (!result.ok) throw new Error(result.problems.map((p) => `${place(p)}: ${p.message}`).join('\n'));
  return result.definition;
}

/** Places of the problems that reading or checking a definition finds. */
export function problemsOf(source: string, format?: 'yaml' | 'json'): readonly string[] {
  const result = parseDefinition(source, format);
  return (result.ok ? checkDefinition(result.definition, result.source).problems : result.problems).map(
    place,
  );
}

export function messagesOf(source: string): string {
  const result = parseDefinition(source);
  return (result.ok ? checkDefinition(result.definition, result.source).problems : result.problems)
    .map((problem) => problem.message)
    .join('\n');
}

export function warningsOf(source: string): readonly string[] {
  const result = parseDefinition(source);
  if (!result.ok) throw new Error(result.problems.map(place).join('\n'));
  return [...result.warnings, ...checkDefinition(result.definition, result.source).warnings].map(place);
}

/** A definition around some steps, from line 7 on. */
export const around = (route: string): string => `definition: test
limits: { small: 100 EUR }
money: { currency: EUR }
fields: { amount: money, lead: person, region: text, secret: { type: text, personal: true } }
documents: { order: {} }
route:
${route}`;
