import type { Ast } from './ast.ts';
import { checkHasCell } from './cells.ts';
import { CHECK_ANSWER, type Checking, fail, readIndex } from './checking.ts';
import type { Code, Read } from './code.ts';
import { IDENTITIES } from './scope.ts';
import { type Columns, INTEGER, PERSON } from './types.ts';

const ROOTS = ['fields', 'limits', 'checks', 'revision'] as const;
type Root = (typeof ROOTS)[number];
const rootOf = (name: string): Root | undefined => ROOTS.find((r) => r === name);

/** A name, `limits.x` or `limits["x"]`; reports a name that is not there. Null if `ast` has no such form. */
export function checkRead(c: Checking, ast: Ast): Code | null {
  const read = resolve(c, ast);
  if (read === null || 'op' in read) return read;
  return { op: 'read', at: ast.at, type: read.type, index: readIndex(c, read) };
}

export function checkHas(c: Checking, ast: Extract<Ast, { node: 'has' }>, check: (ast: Ast) => Code): Code {
  const read = resolve(c, ast.of);
  if (read === null) {
    const message = 'has(…) asks for a field or a check: has(fields.amount), has(checks.credit).';
    return checkHasCell(c, ast.of, check) ?? fail(c, ast.at, 'wrong-arguments', message);
  }
  if ('op' in read) return read.op === 'variable' ? always(ast.at) : read;
  if (['fields.', 'checks.', 'row.'].some((root) => read.path.startsWith(root))) {
    return { op: 'has', at: ast.at, type: { type: 'boolean' }, index: readIndex(c, read) };
  }
  return always(ast.at);
}

const always = (at: number): Code => ({ op: 'constant', at, type: { type: 'boolean' }, value: true });

function resolve(c: Checking, ast: Ast): Read | Code | null {
  if (ast.node === 'name') return bareName(c, ast.at, ast.name);
  const name = memberName(ast);
  if (name === null || (ast.node !== 'member' && ast.node !== 'index') || ast.of.node !== 'name') return null;
  const owner = ast.of.name;
  if (c.variables.some((v) => v.name === owner)) return null;
  const root = rootOf(owner);
  return root === undefined ? null : member(c, ast.at, root, name);
}

function memberName(ast: Ast): string | null {
  if (ast.node === 'member') return ast.name;
  return ast.node === 'index' && ast.index.node === 'text' ? ast.index.value : null;
}

function bareName(c: Checking, at: number, name: string): Read | Code {
  const slot = c.variables.findLastIndex((v) => v.name === name);
  const variable = c.variables[slot];
  if (variable) return { op: 'variable', at, type: variable.type, slot };
  if (IDENTITIES.some((i) => i === name))
    return c.scope.form ? notInForm(c, at, name) : { path: name, type: PERSON };
  const root = rootOf(name);
  if (root !== undefined) {
    const example = root === 'revision' ? 'revision.number' : `${root}.<name>`;
    return fail(c, at, 'unknown-name', `${root} alone is no value; write ${example}.`);
  }
  return c.scope.row === undefined ? field(c, at, name) : column(c, at, c.scope.row, name);
}

/** Answers, identities and revisions come after the form, or to another than whoever fills it in. */
export const notInForm = (c: Checking, at: number, name: string): Code =>
  fail(c, at, 'unknown-name', `A form reads fields and limits only, not ${name}.`);

/** In a computed column a bare name is a column of the same row. */
function column(c: Checking, at: number, row: Columns, name: string): Read | Code {
  const entry = Object.hasOwn(row, name) ? row[name] : undefined;
  if (entry === undefined) {
    const hint = Object.hasOwn(c.scope.fields, name)
      ? `The field of the form is fields.${name}.`
      : `Defined: ${Object.keys(row).join(', ')}.`;
    return fail(c, at, 'unknown-name', `There is no column ${name}. ${hint}`);
  }
  if (!entry.personal) return { path: `row.${name}`, type: entry.type };
  const message = `${name} is personal, and personal columns are sealed: compute from another column.`;
  return fail(c, at, 'personal-field', message);
}

function member(c: Checking, at: number, root: Root, name: string): Read | Code {
  if (c.scope.form && (root === 'checks' || root === 'revision')) return notInForm(c, at, root);
  switch (root) {
    case 'fields':
      return field(c, at, name);
    case 'limits': {
      const type = Object.hasOwn(c.scope.limits, name) ? c.scope.limits[name] : undefined;
      if (type) return { path: `limits.${name}`, type };
      return fail(
        c,
        at,
        'unknown-name',
        `There is no limit ${name}. ${offer(root, name, Object.keys(c.scope.limits))}`,
      );
    }
    case 'checks':
      if (c.scope.checks.includes(name)) return { path: `checks.${name}`, type: CHECK_ANSWER };
      return fail(
        c,
        at,
        'unknown-name',
        `There is no check step ${name}. ${offer(root, name, c.scope.checks)}`,
      );
    case 'revision':
      if (name === 'number') return { path: 'revision.number', type: INTEGER };
      return fail(c, at, 'unknown-name', `revision has no ${name}; write revision.number.`);
    default: {
      const never: never = root;
      return never;
    }
  }
}

function field(c: Checking, at: number, name: string): Read | Code {
  const entry = Object.hasOwn(c.scope.fields, name) ? c.scope.fields[name] : undefined;
  if (!entry) {
    const { fields } = c.scope;
    const names = Object.keys(fields).filter((n) => fields[n]?.personal === false);
    return fail(c, at, 'unknown-name', `There is no field ${name}. ${offer('fields', name, names)}`);
  }
  if (entry.personal) {
    const message = `${name} is personal, and personal fields are sealed: decide by another field.`;
    return fail(c, at, 'personal-field', message);
  }
  return { path: `fields.${name}`, type: entry.type };
}

function offer(root: Root, name: string, names: readonly string[]): string {
  // `checks.credit-score` reads as a subtraction.
  const hyphened = names.find((n) => n.startsWith(`${name}-`));
  if (hyphened !== undefined) return `Write ${root}[${JSON.stringify(hyphened)}].`;
  return names.length === 0 ? 'None is defined.' : `Defined: ${names.slice(0, 12).join(', ')}.`;
}
