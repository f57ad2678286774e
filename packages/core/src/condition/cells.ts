import type { Ast } from './ast.ts';
import { type Checking, fail } from './checking.ts';
import type { Code } from './code.ts';
import { isStop, Line, Missing, type Outcome } from './data.ts';
import { BOOLEAN, describeType, type Type } from './types.ts';

type Member = Extract<Ast, { node: 'member' }>;

/** `i.amount`, where `i` is a row. */
export function checkMember(c: Checking, ast: Member, of: Code): Code {
  if (of.type.type === 'any') return of;
  if (of.type.type === 'row') {
    const type = columnType(c, ast, of.type);
    return type === null ? problem(ast) : { op: 'cell', at: ast.at, type, row: of, column: ast.name };
  }
  const ofRows = of.type.type === 'list' && of.type.of.type === 'row';
  const message = ofRows
    ? `A list of rows has no member ${ast.name}; take it of each row: items.map(i, i.${ast.name}).`
    : `${describeType(of.type)} has no member ${ast.name}; use the value as a whole.`;
  return fail(c, ast.at, 'unknown-name', message);
}

/** `has(i.note)`; null where it asks of no row. */
export function checkHasCell(c: Checking, ast: Ast, check: (ast: Ast) => Code): Code | null {
  if (ast.node !== 'member') return null;
  const before = c.problems.length;
  const row = check(ast.of);
  if (c.problems.length > before) return problem(ast);
  if (row.type.type !== 'row') return null;
  const type = columnType(c, ast, row.type);
  return type === null ? problem(ast) : { op: 'has-cell', at: ast.at, type: BOOLEAN, row, column: ast.name };
}

const problem = ({ at }: Ast): Code => ({ op: 'constant', at, type: { type: 'any' }, value: false });

function columnType(c: Checking, { at, name }: Member, row: Extract<Type, { type: 'row' }>): Type | null {
  const column = Object.hasOwn(row.columns, name) ? row.columns[name] : undefined;
  if (column !== undefined && !column.personal) return column.type;
  if (column === undefined) {
    const known = Object.keys(row.columns).join(', ');
    fail(c, at, 'unknown-name', `There is no column ${name}. Defined: ${known}.`);
  } else {
    const message = `${name} is personal, and personal columns are sealed: decide by another column.`;
    fail(c, at, 'personal-field', message);
  }
  return null;
}

/** A cell that is not there is unknown, and named by its row. */
export function cellOf(row: Outcome, column: string): Outcome {
  if (isStop(row)) return row;
  if (!(row instanceof Line)) return new Missing([column]);
  return row.cells.get(column) ?? new Missing([`${row.place}.${column}`]);
}

export function hasCell(row: Outcome, column: string): Outcome {
  if (isStop(row)) return row;
  return row instanceof Line && row.cells.has(column);
}
