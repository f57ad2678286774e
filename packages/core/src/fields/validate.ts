import type { Column, Field } from '../definition/model.ts';
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
export function validateValue(field: Field | Column, raw: unknown): Validated<FieldValue> {
  const { of = [], currency } = field;
  if (field.type === 'lines') return refuse('wrong-type', 'Rows are checked cell by cell.');
  if (field.type !== 'list') {
    return validateScalar(field.type, { of, currency, max: field.max ?? MAX_TEXT }, raw);
  }
  return validateList(field, { of, currency, max: MAX_TEXT }, raw);
}

/** Digits that other systems can hold (IEEE 754 decimal128). */
const MAX_COMPUTED_DIGITS = 34;

/** The same of a computed value. Nothing rounds it: 19 % of 10.01 EUR is 1.9019 EUR, for which there are no coins. */
export function validateComputed(field: Field | Column, raw: FieldValue): Validated<FieldValue> {
  const checked = validateValue(field, raw);
  if (checked.ok || checked.code !== 'too-many-digits' || typeof raw !== 'object' || !('amount' in raw))
    return checked;
  const { amount, currency } = raw;
  const fits = typeof amount === 'string' && amount.replace(/\D/g, '').length <= MAX_COMPUTED_DIGITS;
  return fits && typeof currency === 'string' ? { ok: true, value: { amount, currency } } : checked;
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
