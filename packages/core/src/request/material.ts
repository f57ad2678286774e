import { add, compare, type Decimal, negate, parseDecimal, percentOf, subtract } from '../decimal.ts';
import type { CompiledDefinition } from '../definition/compile.ts';
import type { Approve, Field, Tolerance } from '../definition/model.ts';
import { madeFrom } from '../form/plan.ts';
import type { FieldValue, FieldValues } from '../values.ts';
import type { Decision, Revision } from './model.ts';

type Form = Pick<CompiledDefinition, 'definition' | 'form'>;

/** Names of fields and documents that a step reviews; a computed field by what it is made from. */
function reviewedParts({ definition, form }: Form, { reviews }: Approve): readonly string[] {
  const all = [...definition.fields, ...definition.documents].map(({ name }) => name);
  const names = reviews === 'all' ? all : reviews;
  return form === null ? names : madeFrom(definition, form, names);
}

/** Fields whose small changes are not material to this step. */
function tolerated(definition: Form, step: Approve): readonly (Field & { readonly tolerance: Tolerance })[] {
  const reviewed = reviewedParts(definition, step);
  return definition.definition.fields.filter(
    (field): field is Field & { readonly tolerance: Tolerance } =>
      field.tolerance !== undefined && reviewed.includes(field.name),
  );
}

export const toleratedNames = (definition: Form, step: Approve): readonly string[] =>
  tolerated(definition, step).map(({ name }) => name);

/**
 * What a decision on this revision sees of such fields. It goes into its record, for a later revision is measured
 * against this, and not against the one before it: many small changes are one large one (SEMANTICS 5).
 */
export function seenNow(definition: Form, step: Approve, { fields }: Revision): FieldValues | null {
  const names = toleratedNames(definition, step);
  if (names.length === 0) return null;
  return Object.fromEntries(
    names.flatMap((name): [string, FieldValue][] => {
      const value = own(fields, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Which parts that a step reviews are other, to a decision, than it saw. `changed` are those since the last revision. */
export function touchedParts(
  definition: Form,
  step: Approve,
  decision: Decision,
  changed: readonly string[],
  revision: Revision,
): readonly string[] {
  const parts = reviewedParts(definition, step);
  const reviewed = changed.filter((name) => parts.includes(name));
  const some = tolerated(definition, step);
  if (some.length === 0) return reviewed;
  const strict = reviewed.filter((name) => !some.some((field) => field.name === name));
  const beyond = some.filter(
    ({ name, tolerance }) => !isWithin(tolerance, own(decision.saw ?? {}, name), own(revision.fields, name)),
  );
  return [...strict, ...beyond.map(({ name }) => name)].sort();
}

/** Parts that are other than a decision saw, and not materially so. */
export const driftedParts = ({ saw = {} }: Decision, { fields }: Revision): readonly string[] =>
  Object.keys(saw).filter((name) => !isSame(own(saw, name), own(fields, name)));

function isSame(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  const [x, y] = [read(a), read(b)];
  return x !== null && y !== null ? x.currency === y.currency && compare(x.amount, y.amount) === 0 : a === b;
}

/** A change is within a tolerance up to and including it. A value that came, went, or changed its currency is not. */
function isWithin(tolerance: Tolerance, saw: FieldValue | undefined, is: FieldValue | undefined): boolean {
  if (saw === undefined && is === undefined) return true;
  const [a, b] = [read(saw), read(is)];
  if (a === null || b === null || a.currency !== b.currency) return false;
  const change = size(subtract(b.amount, a.amount));
  if ('share' in tolerance) return compare(change, percentOf(decimal(tolerance.share), size(a.amount))) <= 0;
  if (tolerance.currency !== undefined && tolerance.currency !== a.currency)
    return compare(change, ZERO) === 0;
  return compare(change, decimal(tolerance.amount)) <= 0;
}

type Quantity = { readonly amount: Decimal; readonly currency: string | null };

function read(value: FieldValue | undefined): Quantity | null {
  if (typeof value === 'number') return { amount: decimal(String(value)), currency: null };
  if (typeof value === 'string') return { amount: decimal(value), currency: null };
  if (typeof value !== 'object' || !('amount' in value)) return null;
  return { amount: decimal(value.amount), currency: value.currency };
}

const ZERO: Decimal = { digits: 0n, scale: 0 };
const size = (a: Decimal): Decimal => (compare(a, ZERO) < 0 ? negate(a) : add(a, ZERO));

/** Values have been validated against their fields. */
function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`);
  return value;
}

const own = (values: FieldValues, name: string): FieldValue | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
