import { evaluateSource } from '../condition/index.ts';
import { formLookup } from '../condition/scope.ts';
import type { CompiledDefinition } from '../definition/compile.ts';
import type { FieldValues, Row } from '../values.ts';
import { missingIn } from './settle.ts';

type Form = Pick<CompiledDefinition, 'definition' | 'form'>;

/** Paths that are missing, with computed ones replaced by what they need: nobody can give a computed value. */
export function toBeGiven(form: Form, fields: FieldValues, missing: readonly string[]): readonly string[] {
  if (form.form === null) return missing;
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const needed = neededBy(form, fields, path);
    if (needed.length === 0) found.push(path);
    else for (const one of needed) visit(one);
  };
  for (const path of missing) visit(path);
  return found.sort();
}

const PLACE = /^fields\.(\w+)(?:\[(\d+)\]\.(\w+))?$/;

/** Empty where the path is nothing that is computed. */
function neededBy({ definition, form }: Form, fields: FieldValues, path: string): readonly string[] {
  const [, name = '', place, cell] = PLACE.exec(path) ?? [];
  const field = definition.fields.find((one) => one.name === name);
  if (form === null || field === undefined) return [];
  if (place === undefined) {
    const lookup = formLookup(definition.limits, fields);
    return field.compute === undefined
      ? []
      : missingIn(evaluateSource(field.compute, form.scope, lookup).result);
  }
  const compute = field.columns?.find((column) => column.name === cell)?.compute;
  const plan = form.rows.get(name);
  const rows = fields[name];
  const row = Array.isArray(rows) ? rows[Number(place)] : undefined;
  if (compute === undefined || plan === undefined || typeof row !== 'object') return [];
  const lookup = formLookup(definition.limits, fields, row as Row);
  return missingIn(evaluateSource(compute, plan.scope, lookup).result).map((one) =>
    one.startsWith('row.') ? `fields.${name}[${place}].${one.slice(4)}` : one,
  );
}
