import { type Budget, type Evaluation, evaluateSource, isFailed, isUnknown } from '../condition/index.ts';
import { formLookup } from '../condition/scope.ts';
import type { CompiledDefinition } from '../definition/compile.ts';
import type { Column, Field } from '../definition/model.ts';
import type { FieldError } from '../request/result.ts';
import type { FieldValue, FieldValues, Row } from '../values.ts';
import { type CheckedValue, faultAt, isCell, MOST_ERRORS } from './lines.ts';
import type { FormPlan } from './plan.ts';

/** Steps of all conditions and computations of one form together, items that are read among them. */
const FORM_STEPS = 1_000_000;

/** Is a field shown? `unknown` names what is missing to tell: then it is not hidden. */
export type Shown = true | false | { readonly unknown: readonly string[] };

export type Settled = {
  readonly fields: FieldValues;
  readonly errors: readonly FieldError[];
  /** The bound was met: what is left has not been looked at. */
  readonly cut: boolean;
};

type Form = Pick<CompiledDefinition, 'definition' | 'form'>;

/**
 * What a revision holds: what was given and is shown, and what follows from it.
 * @param given values that fit their fields; none of them computed.
 * @param check holds a computed value against its field, or a computed cell against its column.
 */
export function settleForm(
  { definition, form }: Form,
  given: FieldValues,
  check: (field: Field | Column, value: FieldValue) => CheckedValue,
): Settled {
  if (form === null) return { fields: given, errors: [], cut: false };
  const budget: Budget = { steps: FORM_STEPS };
  const fields: { [name: string]: FieldValue } = {};
  const errors: FieldError[] = [];
  for (const field of form.order) {
    if (budget.steps <= 0) return { fields: {}, errors: [TOO_MUCH], cut: true };
    const { name } = field;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (shownIn({ definition, form }, field, fields, budget) === false) {
      if (value !== undefined) errors.push(hidden(field));
      continue;
    }
    if (field.compute !== undefined) {
      const lookup = formLookup(definition.limits, fields);
      const made = computed(
        evaluateSource(field.compute, form.scope, lookup, undefined, budget),
        field,
        check,
      );
      if (made?.ok) fields[name] = made.value;
      else if (made) errors.push({ field: `fields.${name}`, code: made.code, message: made.message });
    } else if (field.type === 'lines' && Array.isArray(value)) {
      const rows = value.filter((row): row is Row => typeof row === 'object');
      const filled = rows.map((row, i) =>
        budget.steps <= 0
          ? { row, errors: [] }
          : fillRow({ definition, form }, field, row, i, fields, budget, check),
      );
      fields[name] = filled.map((one) => one.row);
      errors.push(...filled.flatMap((one) => one.errors).slice(0, MOST_ERRORS));
    } else if (value !== undefined) fields[name] = value;
  }
  if (budget.steps <= 0) return { fields: {}, errors: [TOO_MUCH], cut: true };
  const inFormOrder = definition.fields.flatMap(({ name }): [string, FieldValue][] => {
    const value = fields[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { fields: Object.fromEntries(inFormOrder), errors, cut: false };
}

const TOO_MUCH: FieldError = {
  field: 'fields',
  code: 'step-budget',
  message: `What follows from these values takes more than ${FORM_STEPS} steps. Send fewer rows or items.`,
};

const hidden = (field: Field): FieldError => ({
  field: `fields.${field.name}`,
  code: 'hidden',
  message: `This is hidden, because \`${field.visible}\` does not hold. Leave it out.`,
});

/** Over the fields that it reads: settled ones. */
export function shownIn(
  { definition, form }: Form,
  field: Field,
  fields: FieldValues,
  budget?: Budget,
): Shown {
  if (field.visible === undefined || form === null) return true;
  const lookup = formLookup(definition.limits, fields);
  const { result } = evaluateSource(field.visible, form.scope, lookup, undefined, budget);
  if (typeof result === 'boolean') return result;
  return { unknown: missingIn(result) };
}

export function missingIn(result: Evaluation['result']): readonly string[] {
  if (isUnknown(result)) return result.unknown;
  return isFailed(result) ? [result.problem.message] : [];
}

type Filled = { readonly row: Row; readonly errors: readonly FieldError[] };

function fillRow(
  { definition, form }: { readonly definition: Form['definition']; readonly form: FormPlan },
  field: Field,
  given: Row,
  i: number,
  fields: FieldValues,
  budget: Budget,
  check: (field: Field | Column, value: FieldValue) => CheckedValue,
): Filled {
  const plan = form.rows.get(field.name);
  const row: { [column: string]: Row[string] } = { ...given };
  const errors: FieldError[] = [];
  for (const column of plan?.computed ?? []) {
    const lookup = formLookup(definition.limits, fields, row);
    const { compute = '' } = column;
    const made = computed(
      evaluateSource(compute, plan?.scope ?? form.scope, lookup, undefined, budget),
      column,
      check,
    );
    if (made?.ok && isCell(made.value)) row[column.name] = made.value;
    else if (made && !made.ok) errors.push(faultAt(field.name, i, column.name, made.code, made.message));
  }
  return { row, errors };
}

/** Null where something is missing: then the value is absent, as unknown as what it is made from. */
function computed(
  { result }: Evaluation,
  field: Field | Column,
  check: (field: Field | Column, value: FieldValue) => CheckedValue,
): CheckedValue | null {
  if (isUnknown(result)) return null;
  if (!isFailed(result)) return check(field, result as FieldValue);
  return { ok: false, code: 'not-computable', message: `This cannot be computed: ${result.problem.message}` };
}
