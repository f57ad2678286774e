import type { Field } from '../definition/model.ts';
import type { FieldValue, Scalar } from '../values.ts';
import { type Rules, refuse, type Validated, validateScalar } from './scalars.ts';

/** Characters of a text, where the field does not say. */
const MAX_TEXT = 10_000;
/** Items of a list, where the field does not say. */
const MAX_LIST = 1000;

/**
 * Validates a submitted value against its field and gives the canonical form that is digested and stored:
 * `5.0%` becomes `"5"`, an amount loses trailing zeros, a time becomes UTC with milliseconds, `P1W` becomes `P7D`.
 * An absent value is left out by the caller, never passed as null. Whether a person exists is not asked here.
 */
export function validateValue(field: Field, raw: unknown): Validated<FieldValue> {
  const { of = [], currency } = field;
  if (field.type !== 'list') {
    return validateScalar(field.type, { of, currency, max: field.max ?? MAX_TEXT }, raw);
  }
  return validateList(field, { of, currency, max: MAX_TEXT }, raw);
}

function validateList(field: Field, rules: Rules, raw: unknown): Validated<FieldValue> {
  // `conditions` read no longer list than this, whatever the field allows.
  const max = Math.min(field.max ?? MAX_LIST, MAX_LIST);
  if (!Array.isArray(raw)) return refuse('wrong-type', 'Send a list.');
  if (raw.length > max) return refuse('too-many-items', `Send at most ${max} items.`);
  const values: Scalar[] = [];
  for (const [index, item] of raw.entries()) {
    const result = validateScalar(field.items ?? 'text', rules, item);
    if (!result.ok) return refuse(result.code, `Item ${index + 1}: ${result.message}`);
    values.push(result.value);
  }
  return { ok: true, value: values };
}
