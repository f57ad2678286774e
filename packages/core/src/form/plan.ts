import { checkExpression } from '../condition/check.ts';
import { parseExpression } from '../condition/parse.ts';
import { formScopeOf, rowScopeOf, type Scope } from '../condition/scope.ts';
import type { Column, Definition, Field } from '../definition/model.ts';

/** How a form is filled in: what follows from what. */
export type FormPlan = FormReads & {
  /** Each field after those that its condition and its value are made from; otherwise in form order. */
  readonly order: readonly Field[];
};

export type FormReads = {
  /** By field, the fields that `visible`, `compute` and computed columns read. */
  readonly reads: Reads;
  readonly scope: Scope;
  /** By field of type lines. */
  readonly rows: ReadonlyMap<string, RowPlan>;
};

export type RowPlan = { readonly scope: Scope; readonly reads: Reads; readonly computed: readonly Column[] };
type Reads = ReadonlyMap<string, readonly string[]>;

type Fields = Pick<Definition, 'fields' | 'limits'>;

export const isComputed = (field: Field): boolean =>
  field.compute !== undefined || field.columns?.some((column) => column.compute !== undefined) === true;

/** Null where nothing follows from anything. Throws a RangeError for a circle, which a checked definition rules out. */
export function formPlan(definition: Fields): FormPlan | null {
  if (!definition.fields.some((field) => field.visible !== undefined || isComputed(field))) return null;
  const found = formReads(definition);
  const { order, circle } = inOrder(definition.fields, found.reads);
  if (circle !== null) throw new RangeError(`fields in a circle: ${circle.join(', ')}`);
  return { ...found, order };
}

export function formReads(definition: Fields): FormReads {
  const scope = formScopeOf(definition);
  const lines = definition.fields.filter((field) => field.type === 'lines');
  const rows = new Map(lines.map((field) => [field.name, rowPlan(scope, field)]));
  const reads = new Map(
    definition.fields.map((field): [string, readonly string[]] => {
      const own = [field.visible, field.compute].flatMap((source) => read(source, scope, 'fields.'));
      const inRows = (field.columns ?? []).flatMap(({ compute }) =>
        read(compute, rows.get(field.name)?.scope ?? scope, 'fields.'),
      );
      return [field.name, [...new Set([...own, ...inRows])]];
    }),
  );
  return { scope, rows, reads };
}

function rowPlan(form: Scope, field: Field): RowPlan {
  const { columns = [] } = field;
  const scope = rowScopeOf(form, field);
  const reads = new Map(columns.map(({ name, compute }) => [name, read(compute, scope, 'row.')]));
  const computed = inOrder(columns, reads).order.filter((column) => column.compute !== undefined);
  return { scope, reads, computed };
}

/** Names under `root` that an expression reads. */
function read(source: string | undefined, scope: Scope, root: 'fields.' | 'row.'): readonly string[] {
  const parsed = source === undefined ? null : parseExpression(source);
  if (!parsed?.ok) return [];
  const { reads } = checkExpression(parsed.expression, scope);
  return reads.flatMap((path) => (path.startsWith(root) ? [path.slice(root.length)] : []));
}

type Ordered<T> = { readonly order: readonly T[]; readonly circle: readonly string[] | null };

/** Each after what it reads. `circle`: the first that there is, each name reading the next. */
export function inOrder<T extends { readonly name: string }>(items: readonly T[], reads: Reads): Ordered<T> {
  const byName = new Map(items.map((item) => [item.name, item]));
  const order = new Set<T>();
  let circle: readonly string[] | null = null;
  const visit = (item: T, from: readonly string[]): void => {
    const before = from.indexOf(item.name);
    if (before >= 0) circle ??= from.slice(before);
    if (before >= 0 || order.has(item)) return;
    for (const name of reads.get(item.name) ?? []) {
      const next = byName.get(name);
      if (next) visit(next, [...from, item.name]);
    }
    order.add(item);
  };
  for (const item of items) visit(item, []);
  return { order: [...order], circle };
}

/**
 * Names, with computed fields replaced by what they are made from in the end: a computed field is as other as that is.
 * One with a tolerance is measured itself.
 */
export function madeFrom(definition: Fields, plan: FormPlan, names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const field = definition.fields.find((one) => one.name === name);
    if (field?.compute === undefined || field.tolerance !== undefined) found.push(name);
    else for (const next of plan.reads.get(name) ?? []) visit(next);
  };
  for (const name of names) visit(name);
  return found;
}
