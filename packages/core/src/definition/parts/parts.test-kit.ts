import { checkDefinition } from '../check.ts';
import type { Definition } from '../model.ts';
import { parseDefinition } from '../parse.ts';
import type { DefinitionProblem } from '../problem.ts';
import { resolveParts } from './resolve.ts';

export type Outcome =
  | { readonly ok: true; readonly definition: Definition; readonly digest: string }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** Reads, resolves and checks, as publishing does. */
export function published(source: string, parts: readonly Definition[] = []): Outcome {
  const parsed = parseDefinition(source);
  if (!parsed.ok) return parsed;
  const find = (name: string) => parts.findLast((one) => one.definition === name) ?? null;
  const resolved = resolveParts(parsed.definition, parsed.source, find);
  if (!resolved.ok) return resolved;
  const { problems } = checkDefinition(resolved.definition, parsed.source);
  return problems.length > 0 ? { ok: false, problems } : resolved;
}

export function publish(source: string, parts: readonly Definition[] = []): Definition {
  const outcome = published(source, parts);
  if (outcome.ok) return outcome.definition;
  throw new Error(outcome.problems.map((p) => `${p.line}:${p.column} ${p.path} ${p.message}`).join('\n'));
}

/** `code line:column path: message` */
export function refused(source: string, parts: readonly Definition[] = []): readonly string[] {
  const outcome = published(source, parts);
  return outcome.ok
    ? []
    : outcome.problems.map((p) => `${p.code} ${p.line}:${p.column} ${p.path}: ${p.message}`);
}

export const SUPPLIER = `definition: supplier-check
title: { en: Supplier check, de: Lieferantenprüfung }
limits: { usual: 10000 EUR }
money: { currency: EUR }
parameters:
  amount: money
  region: { type: enum, of: [EMEA, APAC] }
  lead: person
  threshold: { type: money, default: =limits.usual }
separate:
  - different: [screen, compliance]
route:
  - check: sanctions
    ask: erp.sanctions
    with: { region: =region }
    within: 1 hour
  - approve: screen
    by: { field: lead }
    reviews: [amount, region]
  - approve: compliance
    when: amount > threshold && checks.sanctions == "pass"
    by: { matrix: spend, amount: =amount, region: =region }
`;

/** A definition around a use, which begins in line 10. */
export const using = (use: string, more = ''): string => `definition: contract
limits: { supplier: 5000 EUR, other: 5% }
money: { currency: EUR }
fields:
  dealValue: { type: money, required: true }
  area: { type: enum, of: [EMEA, APAC], required: true }
  boss: person
  note: text
route:
  - ${use}
  - approve: finance
    by: { group: finance }
${more}`;

export const GIVEN =
  'use: supplier-check\n    id: supplier\n    with: { amount: =dealValue, region: =area, lead: =boss, threshold: =limits.supplier }';
