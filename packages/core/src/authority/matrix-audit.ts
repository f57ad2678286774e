import { compareDecimals } from '../decimal.ts';
import type { Approver, MatrixRow, MatrixVersion } from '../facts/model.ts';
import { type Tree, treeOf } from './matrix-tree.ts';

/** `row`: the row that it is about; null: the table as a whole. */
export type MatrixFinding = {
  readonly code: 'gap' | 'overlap' | 'never-happens';
  readonly row: MatrixRow | null;
  readonly message: string;
  /** The other row of an overlap. */
  readonly other?: MatrixRow;
};

type Table = Pick<MatrixVersion, 'columns' | 'rows' | 'currency'>;
/** One value a column; null stands for a value that no row names. */
type Given = readonly (string | null)[];
type Leaf = { readonly cells: Given; readonly rows: readonly MatrixRow[]; readonly rank: number };

export const MOST_FINDINGS = 20;
/** Steps of one search; past this it says so. 100,000 rows of one column take half of it. */
const MOST_STEPS = 200_000;

/**
 * What of a matrix is legal and seldom meant: combinations that no row covers (there the step is blocked), pairs of
 * rows of which only the order of the columns says which one decides, and rows that never decide.
 *
 * Rows stand in a tree by their cells, one level a column. A search for gaps goes down with all branches that fit at
 * once, and turns back where a row without a limit fits whatever follows: a table with a row for everything is done at
 * its root. Overlaps are joined by the columns that two shapes of rows both name, and not row by row. Each search is
 * bounded and says when it was cut short.
 */
export function auditMatrix(table: Table): readonly MatrixFinding[] {
  const tree = treeOf(table);
  if (tree === null) return [];
  const leaves = leavesOf(tree, table.columns.length);
  return [...gaps(table, tree), ...overlaps(table, tree, leaves), ...unreached(table, tree, leaves)];
}

const cut = (what: string): MatrixFinding => ({
  code: 'gap',
  row: null,
  message: `The search for ${what} was cut short after ${MOST_STEPS} combinations; there may be more.`,
});

const more = (code: MatrixFinding['code'], what: string): MatrixFinding => ({
  ...{ code, row: null },
  message: `There are more ${what} than these ${MOST_FINDINGS}.`,
});

function gaps(table: Table, root: Tree): readonly MatrixFinding[] {
  const { columns } = table;
  const found: MatrixFinding[] = [];
  let steps = 0;
  const isFull = (): boolean => found.length > MOST_FINDINGS || steps > MOST_STEPS;
  const visit = (nodes: readonly Tree[], given: Given): void => {
    steps += 1;
    if (isFull() || nodes.some((node) => coversAll(node))) return;
    if (given.length === columns.length || nodes.length === 0) {
      found.push(
        gapOf(
          table,
          given,
          nodes.flatMap((node) => node.rows.at(-1) ?? []),
        ),
      );
      return;
    }
    const values = new Set(nodes.flatMap((node) => [...node.below.keys()]));
    values.delete(null);
    for (const value of [...values, null]) {
      if (isFull()) return;
      visit(below(nodes, value), [...given, value]);
    }
  };
  visit([root], []);
  if (steps > MOST_STEPS) found.splice(MOST_FINDINGS, 1, cut('gaps'));
  else if (found.length > MOST_FINDINGS) found.splice(MOST_FINDINGS, 1, more('gap', 'gaps'));
  return found;
}

function below(nodes: readonly Tree[], value: string | null): Tree[] {
  const next: Tree[] = [];
  for (const node of nodes) {
    const named = value === null ? undefined : node.below.get(value);
    const any = node.below.get(null);
    if (named) next.push(named);
    if (any) next.push(any);
  }
  return next;
}

/** Does a row without a limit fit here, whatever the columns below say? */
function coversAll(node: Tree): boolean {
  let at: Tree | undefined = node;
  while (at && at.below.size > 0) at = at.below.get(null);
  const last = at?.rows.at(-1);
  return last !== undefined && last.upTo === null;
}

function gapOf({ columns, currency }: Table, given: Given, last: readonly MatrixRow[]): MatrixFinding {
  const row = last.reduce<MatrixRow | null>(
    (far, one) => (far === null || further(one, far) ? one : far),
    null,
  );
  const where = given.map((value, i) => `${columns[i]} ${value ?? '(any other)'}`);
  const what = row === null ? 'any amount' : `more than ${row.upTo} ${currency}`;
  const message = `No row covers ${[...where, what].join(', ')}: such a step would be blocked. Add a row if that is not meant.`;
  return { code: 'gap', row, message };
}

const further = (a: MatrixRow, b: MatrixRow): boolean =>
  b.upTo !== null && (a.upTo === null || compareDecimals(a.upTo, b.upTo) > 0);

function leavesOf(root: Tree, depth: number): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (node: Tree, cells: Given): void => {
    if (cells.length === depth) {
      leaves.push({ cells, rows: node.rows, rank: leaves.length });
      return;
    }
    const { below: next } = node;
    for (const [cell, child] of next) if (cell !== null) walk(child, [...cells, cell]);
    const any = next.get(null);
    if (any) walk(any, [...cells, null]);
  };
  walk(root, []);
  return leaves;
}

/** Leaves by which columns they name. */
function shapesOf(leaves: readonly Leaf[]): readonly (readonly Leaf[])[] {
  const shape = ({ cells }: Leaf): string => cells.map((cell) => (cell === null ? '-' : '+')).join('');
  return [...grouped(leaves, shape).values()];
}

function grouped(leaves: readonly Leaf[], key: (leaf: Leaf) => string): ReadonlyMap<string, readonly Leaf[]> {
  const groups = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const name = key(leaf);
    const same = groups.get(name);
    if (same) same.push(leaf);
    else groups.set(name, [leaf]);
  }
  return groups;
}

/** Two rows each of which names a column that the other leaves open: where both fit, the left column decides. */
function overlaps(table: Table, root: Tree, leaves: readonly Leaf[]): readonly MatrixFinding[] {
  const shapes = shapesOf(leaves);
  const found: MatrixFinding[] = [];
  let steps = 0;
  for (const [i, above] of shapes.entries())
    for (const other of shapes.slice(i + 1)) {
      const [a, b] = [above[0]?.cells ?? [], other[0]?.cells ?? []];
      const names = (one: Given, two: Given): boolean =>
        one.some((cell, c) => cell !== null && two[c] === null);
      if (!names(a, b) || !names(b, a)) continue;
      const shared = a.flatMap((cell, c) => (cell !== null && b[c] !== null ? [c] : []));
      const key = ({ cells }: Leaf): string => JSON.stringify(shared.map((c) => cells[c]));
      const index = grouped(other, key);
      for (const one of above)
        for (const two of index.get(key(one)) ?? []) {
          steps += 1;
          if (steps > MOST_STEPS) return [...found, cut('overlaps')];
          const finding = overlap(
            table,
            root,
            one.rank < two.rank ? one : two,
            one.rank < two.rank ? two : one,
          );
          if (finding === null) continue;
          if (found.length === MOST_FINDINGS) return [...found, more('overlap', 'overlaps')];
          found.push(finding);
        }
    }
  return found;
}

function overlap(table: Table, root: Tree, first: Leaf, second: Leaf): MatrixFinding | null {
  const given = first.cells.map((cell, c) => cell ?? second.cells[c] ?? null);
  const [a, b] = [first.rows[0], second.rows[0]];
  if (!a || !b || haveOneApprover([...first.rows, ...second.rows])) return null;
  const before = reachBefore(root, given, first.rows);
  // Rows that name more decide before either, up to their limit.
  const reach = before === undefined ? null : [first, second].every((leaf) => reaches(leaf.rows, before));
  if (reach === false) return null;
  const { columns } = table;
  const where = given.flatMap((value, c) => (value === null ? [] : [`${columns[c]} ${value}`]));
  const left = columns[first.cells.findIndex((cell, c) => cell !== null && second.cells[c] === null)];
  const message = `Requests with ${where.join(', ')} fit two rows of which neither is the more specific: this one decides, because \`${left}\` stands further left. Write a row that names both if the other is meant.`;
  return { code: 'overlap', row: a, other: b, message };
}

const haveOneApprover = (rows: readonly MatrixRow[]): boolean =>
  new Set(rows.map(({ approver }) => nameOf(approver))).size === 1;

const nameOf = (approver: Approver): string => JSON.stringify(Object.entries(approver));

/** Do these rows cover more than amounts up to `limit` (null: all amounts)? */
function reaches(rows: readonly MatrixRow[], limit: string | null): boolean {
  const last = rows.at(-1);
  if (limit === null || last === undefined) return false;
  return last.upTo === null || compareDecimals(last.upTo, limit) > 0;
}

/** How far those rows reach that fit and rank before `run`; undefined: there are none, null: without a limit. */
function reachBefore(root: Tree, given: Given, run: readonly MatrixRow[]): string | null | undefined {
  let far: MatrixRow | undefined;
  for (const rows of runsIn([root], given)) {
    if (rows === run) break;
    const last = rows.at(-1);
    if (last && (far === undefined || further(last, far))) far = last;
  }
  return far?.upTo;
}

/** Runs of rows that fit, in rank order. */
function runsIn(nodes: readonly Tree[], given: Given): readonly (readonly MatrixRow[])[] {
  const [value, ...rest] = given;
  if (value === undefined) return nodes.map((node) => node.rows);
  return nodes.flatMap((node) => runsIn(below([node], value), rest));
}

/**
 * Rows that never decide. Whatever is no named value falls to `any`, so this can be said of columns only of which we
 * know all values: those whose rows name true and false.
 */
function unreached(table: Table, root: Tree, leaves: readonly Leaf[]): readonly MatrixFinding[] {
  const closed = table.columns.flatMap((_, c) => {
    const values = new Set(leaves.flatMap(({ cells }) => cells[c] ?? []));
    return values.size === 2 && values.has('true') && values.has('false') ? [c] : [];
  });
  if (closed.length === 0) return [];
  const found: MatrixFinding[] = [];
  let steps = 0;
  for (const leaf of leaves) {
    const open = closed.filter((c) => leaf.cells[c] === null);
    if (open.length === 0) continue;
    steps += 2 ** open.length;
    if (steps > MOST_STEPS) return [...found, cut('rows that never decide')];
    const reach = givens(leaf.cells, open).map((given) => reachBefore(root, given, leaf.rows));
    for (const row of leaf.rows) {
      if (!reach.every((limit) => limit !== undefined && !reaches([row], limit))) continue;
      if (found.length === MOST_FINDINGS) return [...found, more('never-happens', 'such rows')];
      const names = open.map((c) => `\`${table.columns[c]}\``).join(' and ');
      const message = `This row never decides: rows for each value of ${names} come before it. Take it out, or raise its limit.`;
      found.push({ code: 'never-happens', row, message });
    }
  }
  return found;
}

/** With each combination of true and false in the open columns. */
const givens = (cells: Given, open: readonly number[]): readonly Given[] =>
  open.reduce<readonly Given[]>(
    (all, c) => all.flatMap((given) => ['true', 'false'].map((value) => given.with(c, value))),
    [cells],
  );
