import type { Ast } from '../../condition/ast.ts';
import { RESERVED_NAMES } from '../../condition/scope.ts';

/** The field that an expression is, if it is nothing more. */
export function plainField(ast: Ast): string | undefined {
  if (ast.node === 'name') return RESERVED_NAMES.includes(ast.name) ? undefined : ast.name;
  if ((ast.node !== 'member' && ast.node !== 'index') || ast.of.node !== 'name' || ast.of.name !== 'fields')
    return undefined;
  if (ast.node === 'member') return ast.name;
  return ast.index.node === 'text' ? ast.index.value : undefined;
}

/** The fields that an expression may read, each once. */
export function fieldsRead(ast: Ast): readonly string[] {
  const found = new Set<string>();
  collect(ast, [], found);
  return [...found];
}

function collect(ast: Ast, bound: readonly string[], found: Set<string>): void {
  const go = (child: Ast | null): void => {
    if (child) collect(child, bound, found);
  };
  switch (ast.node) {
    case 'text':
    case 'integer':
    case 'decimal':
    case 'boolean':
      return;
    case 'name': {
      const field = bound.includes(ast.name) ? undefined : plainField(ast);
      if (field !== undefined) found.add(field);
      return;
    }
    case 'member':
    case 'index': {
      if (ast.of.node === 'name' && RESERVED_NAMES.includes(ast.of.name)) {
        const field = plainField(ast);
        if (field !== undefined) found.add(field);
        return;
      }
      go(ast.of);
      return go(ast.node === 'index' ? ast.index : null);
    }
    case 'not':
    case 'negate':
    case 'has':
      return go(ast.of);
    case 'logic':
    case 'list':
      return ast.items.forEach(go);
    case 'compare':
    case 'arithmetic':
      return [ast.left, ast.right].forEach(go);
    case 'in':
      return [ast.item, ast.list].forEach(go);
    case 'conditional':
      return [ast.test, ast.yes, ast.no].forEach(go);
    case 'call':
      return [ast.receiver, ...ast.args].forEach(go);
    case 'macro': {
      go(ast.list);
      for (const child of [ast.test, ast.body]) if (child) collect(child, [...bound, ast.variable], found);
      return;
    }
    default: {
      const never: never = ast;
      return never;
    }
  }
}
