import type { Ast } from './ast.ts';

/** Something that is known to hold, or known not to, where an expression is read. */
export type Fact = { readonly ast: Ast; readonly holds: boolean };

export type Reading = { readonly field: string; readonly at: number };

/**
 * Reads of fields that may be hidden, where nothing around them is settled first when they are. A hidden field is absent,
 * so such a read would be unknown, and nobody could give what is missing.
 * @param hides the condition under which each such field is shown.
 * @param known what holds where the expression stands.
 * @param columns names that mean a column of the same row.
 */
export function unguarded(
  root: Ast,
  hides: ReadonlyMap<string, Ast>,
  known: readonly Fact[] = [],
  columns: readonly string[] = [],
): readonly Reading[] {
  const found: Reading[] = [];
  walk(columns.length === 0 ? root : inRow(root, columns), known, []);
  return found;

  function walk(ast: Ast, facts: readonly Fact[], bound: readonly string[]): void {
    const go = (child: Ast): void => walk(child, facts, bound);
    const field = fieldOf(ast);
    if (field !== null) {
      const shown = bound.includes(field) && ast.node === 'name' ? undefined : hides.get(field);
      if (shown !== undefined && !isShown(field, shown, facts)) found.push({ field, at: ast.at });
      return;
    }
    switch (ast.node) {
      case 'logic': {
        const holds = ast.operator === '&&';
        for (const [i, item] of ast.items.entries()) {
          // Order does not matter: an operand that settles it does so wherever it stands.
          const others = ast.items.filter((_, other) => other !== i).map((other) => ({ ast: other, holds }));
          walk(item, [...facts, ...others], bound);
        }
        return;
      }
      case 'conditional':
        go(ast.test);
        walk(ast.yes, [...facts, { ast: ast.test, holds: true }], bound);
        walk(ast.no, [...facts, { ast: ast.test, holds: false }], bound);
        return;
      case 'macro': {
        go(ast.list);
        const inner = [...bound, ast.variable];
        for (const child of [ast.test, ast.body]) if (child !== null) walk(child, facts, inner);
        return;
      }
      case 'has':
        return;
      case 'not':
      case 'negate':
      case 'member':
        return go(ast.of);
      case 'index':
        go(ast.of);
        return go(ast.index);
      case 'compare':
      case 'arithmetic':
        go(ast.left);
        return go(ast.right);
      case 'in':
        go(ast.item);
        return go(ast.list);
      case 'list':
        return ast.items.forEach(go);
      case 'call':
        if (ast.receiver !== null) go(ast.receiver);
        return ast.args.forEach(go);
      case 'name':
      case 'text':
      case 'integer':
      case 'decimal':
      case 'boolean':
        return;
      default: {
        const never: never = ast;
        return never;
      }
    }
  }
}

/** `amount`, `fields.amount`, `fields["amount"]`. */
function fieldOf(ast: Ast): string | null {
  if (ast.node === 'name') return ast.name;
  if (ast.node !== 'member' && ast.node !== 'index') return null;
  if (ast.of.node !== 'name' || ast.of.name !== 'fields') return null;
  if (ast.node === 'member') return ast.name;
  return ast.index.node === 'text' ? ast.index.value : null;
}

/** By `has` of it, or by all that its own condition asks for. */
function isShown(field: string, shown: Ast, facts: readonly Fact[]): boolean {
  const known = new Set(facts.flatMap(atoms).map(key));
  if (known.has(`true ${textOf({ node: 'has', at: 0, of: { node: 'name', at: 0, name: field } })}`))
    return true;
  return atoms({ ast: shown, holds: true }).every((atom) => known.has(key(atom)));
}

/** What must hold each for itself. */
function atoms({ ast, holds }: Fact): readonly Fact[] {
  if (ast.node === 'not') return atoms({ ast: ast.of, holds: !holds });
  if (ast.node === 'logic' && (ast.operator === '&&') === holds)
    return ast.items.flatMap((item) => atoms({ ast: item, holds }));
  return [{ ast, holds }];
}

const key = ({ ast, holds }: Fact): string => `${holds} ${textOf(ast)}`;

/** The same for expressions that differ in layout only. */
function textOf(ast: Ast): string {
  return JSON.stringify(ast, (name, value: unknown) => {
    if (name === 'at') return undefined;
    if (typeof value === 'bigint') return String(value);
    const field = isAst(value) ? fieldOf(value) : null;
    return field === null ? value : { field };
  });
}

const isAst = (value: unknown): value is Ast =>
  typeof value === 'object' && value !== null && 'node' in value;

/** With columns under names that no field has: a field of the same name is another thing. */
function inRow(ast: Ast, columns: readonly string[]): Ast {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== 'object' || value === null) return value;
    if (isAst(value) && value.node === 'name' && columns.includes(value.name))
      return { ...value, name: `row.${value.name}` };
    // `fields` of `fields.amount` is a name as well, and no column: it is reserved.
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, renamed(member)]));
  };
  return renamed(ast) as Ast;
}
