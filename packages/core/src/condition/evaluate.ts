import { digestJson } from '../facts/digest.ts';
import { citedRates, type RevisionRates } from '../rates/convert.ts';
import type { Json } from '../values.ts';
import { type ExpressionProblem, problemAt } from './ast.ts';
import { cellOf, hasCell } from './cells.ts';
import type { Code, Program, Read } from './code.ts';
import {
  cite,
  type Datum,
  decode,
  encode,
  Failure,
  isList,
  isStop,
  Missing,
  type Outcome,
  type Stop,
  worse,
} from './data.ts';
import { inOneCurrency } from './exchange.ts';
import { runFold } from './folds.ts';
import { runMacro } from './macros.ts';
import { equal, same } from './operations.ts';
import { keepOnly, MAX_STEPS, OutOfSteps, type Run, spend } from './run.ts';
import type { Lookup, Value } from './scope.ts';

export type Unknown = { readonly unknown: readonly string[] };
export type Failed = { readonly problem: ExpressionProblem };

export type Evaluation = {
  /**
   * The value; or `unknown` with the paths that are missing, sorted; or the `problem` that made it incomputable
   * (overflow, a value not of its declared type, too many steps), which is never to be taken for true or false.
   */
  readonly result: Value | Unknown | Failed;
  /**
   * What the result rests on, by path; null where it is missing. Nothing else that the expression names matters:
   * it may change freely and the result stays.
   */
  readonly inputs: { readonly [path: string]: Json };
};

export const isUnknown = (result: Evaluation['result']): result is Unknown =>
  typeof result === 'object' && 'unknown' in result;
export const isFailed = (result: Evaluation['result']): result is Failed =>
  typeof result === 'object' && 'problem' in result;

/** Steps that several evaluations share; what they take is taken off. */
export type Budget = { steps: number };

/**
 * Evaluates over `lookup`, which answers with canonical JSON values, and by the rates of the revision if it has some.
 * Pure; throws only what `lookup` throws.
 */
export function evaluate(
  program: Program,
  lookup: Lookup,
  rates?: RevisionRates,
  shared?: Budget,
): Evaluation {
  const allowed = Math.min(MAX_STEPS, shared?.steps ?? MAX_STEPS);
  const run: Run = {
    ...{ program, lookup, rates, steps: allowed, counts: shared !== undefined },
    ...{ outcomes: [], raw: [], variables: [], conversions: [], trail: [] },
  };
  let outcome: Outcome;
  try {
    outcome = step(run, program.code);
  } catch (error) {
    if (!(error instanceof OutOfSteps)) throw error;
    const message = `This takes more than ${allowed} steps; shorten the lists or nest fewer macros.`;
    outcome = new Failure('step-budget', program.code.at, message);
  }
  if (shared) shared.steps -= allowed - Math.max(run.steps, 0);
  const value = isStop(outcome) ? outcome : encode(program.type, outcome);
  return { result: resultOf(program, value), inputs: inputsOf(run) };
}

function resultOf(program: Program, value: Value | Stop): Evaluation['result'] {
  if (value instanceof Missing) return { unknown: [...value.paths].sort() };
  if (value instanceof Failure) {
    return { problem: problemAt(program.source, value.at, value.code, value.message) };
  }
  return value;
}

function inputsOf(run: Run): { readonly [path: string]: Json } {
  const inputs: { [path: string]: Json } = {};
  for (const index of run.trail) {
    const read = run.program.reads[index];
    if (!read || Object.hasOwn(inputs, read.path)) continue;
    const outcome = run.outcomes[index];
    inputs[read.path] = outcome === undefined || isStop(outcome) ? null : cited(read, run.raw[index]);
  }
  if (run.rates === undefined || run.conversions.length === 0) return inputs;
  const conversions = run.trail.flatMap((index) => run.conversions[-index - 1] ?? []);
  return { ...inputs, ...citedRates(run.rates, conversions) };
}

/** A memo of a pure function: every condition on the rows of one revision cites the same list. */
const digests = new WeakMap<readonly unknown[], string>();

function digestOf(rows: readonly unknown[]): string {
  const known = digests.get(rows) ?? digestJson(rows);
  digests.set(rows, known);
  return known;
}

/** Of line items how many and their digest: each step that they decide would write a thousand rows into the log again. */
function cited({ type }: Read, raw: unknown): Json {
  if (type.type !== 'list' || type.of.type !== 'row' || !Array.isArray(raw)) return cite(raw);
  return { rows: raw.length, digest: digestOf(raw) };
}

function step(run: Run, code: Code): Outcome {
  spend(run, 1);
  switch (code.op) {
    case 'constant':
      return code.value;
    case 'read':
      run.trail.push(code.index);
      return read(run, code.index);
    case 'has':
      run.trail.push(code.index);
      return !(read(run, code.index) instanceof Missing);
    case 'total':
      for (const index of [...code.needs, code.index]) {
        run.trail.push(index);
        const found = read(run, index);
        if (isStop(found) || index === code.index) return found;
      }
      return new Missing([]);
    case 'variable':
      return run.variables[code.slot] ?? new Missing([]);
    case 'cell':
      return cellOf(step(run, code.row), code.column);
    case 'has-cell':
      return hasCell(step(run, code.row), code.column);
    case 'fold':
      return runFold(run, code, step(run, code.list));
    case 'not': {
      const of = step(run, code.of);
      return typeof of === 'boolean' ? !of : of;
    }
    case 'logic':
      return logic(run, code.absorbs, code.items);
    case 'if':
      return conditional(run, code);
    case 'unary': {
      const of = step(run, code.of);
      if (isStop(of)) return of;
      if (typeof of === 'string') spend(run, of.length >> 10);
      return code.apply(of, code.at);
    }
    case 'binary': {
      const left = step(run, code.left);
      const right = step(run, code.right);
      if (isStop(left)) return isStop(right) ? worse(left, right) : left;
      if (isStop(right)) return right;
      if (typeof left === 'string' && typeof right === 'string') {
        spend(run, code.search ? Math.ceil((left.length * right.length) / 1024) : left.length >> 10);
      }
      const met = inOneCurrency(run, left, right, code.at);
      return met instanceof Missing || met instanceof Failure ? met : code.apply(met[0], met[1], code.at);
    }
    case 'in':
      return contains(run, step(run, code.item), step(run, code.list), code.at);
    case 'list':
      return code.items.map((item) => step(run, item));
    case 'index':
      return itemAt(run, code);
    case 'macro':
      return runMacro(run, code, step);
    default: {
      const never: never = code;
      return never;
    }
  }
}

function read(run: Run, index: number): Outcome {
  const before = run.outcomes[index];
  if (before !== undefined) return before;
  const entry = run.program.reads[index];
  if (entry === undefined) throw new RangeError(`no read ${index}`);
  const raw = run.lookup(entry.path);
  if (run.counts && Array.isArray(raw)) spend(run, raw.length);
  // A check that answers `unknown` has answered nothing to decide by (SEMANTICS 3).
  const absent = raw === undefined || raw === null || (raw === 'unknown' && entry.path.startsWith('checks.'));
  const outcome = absent
    ? new Missing([entry.path])
    : (decode(entry.type, raw, entry.path) ?? badValue(run, entry.path));
  run.outcomes[index] = outcome;
  run.raw[index] = raw;
  return outcome;
}

const badValue = (run: Run, path: string): Failure =>
  new Failure('bad-value', run.program.code.at, `The value of ${path} is not of its declared type.`);

/** Strong Kleene logic: an operand that settles it does so wherever it stands, and is then all that matters. */
function logic(run: Run, absorbs: boolean, items: readonly Code[]): Outcome {
  const start = run.trail.length;
  let stop: Stop | null = null;
  for (const item of items) {
    const mark = run.trail.length;
    const outcome = step(run, item);
    if (outcome === absorbs) {
      keepOnly(run, start, mark);
      return absorbs;
    }
    if (isStop(outcome)) stop = worse(stop, outcome);
  }
  return stop ?? !absorbs;
}

function conditional(run: Run, code: Extract<Code, { op: 'if' }>): Outcome {
  const start = run.trail.length;
  const test = step(run, code.test);
  if (!isStop(test)) return step(run, test === true ? code.yes : code.no);
  const mark = run.trail.length;
  const yes = step(run, code.yes);
  const no = step(run, code.no);
  spend(run, weight(yes));
  if (!same(yes, no)) return test;
  keepOnly(run, start, mark);
  return yes;
}

/** What comparing an outcome costs. */
function weight(outcome: Outcome): number {
  if (typeof outcome === 'string') return outcome.length >> 10;
  if (isStop(outcome) || !isList(outcome)) return 0;
  return outcome.reduce(
    (sum: number, item) => sum + 1 + (typeof item === 'string' ? item.length >> 10 : 0),
    0,
  );
}

function contains(run: Run, item: Outcome, list: Outcome, at: number): Outcome {
  if (isStop(list)) return isStop(item) ? worse(item, list) : list;
  if (!isList(list) || list.length === 0) return false;
  if (isStop(item)) return item;
  let stop: Stop | null = null;
  for (const other of list) {
    spend(run, typeof other === 'string' ? 1 + (other.length >> 10) : 1);
    const found = isStop(other) ? other : equalIn(run, item, other, at);
    if (found === true) return true;
    if (found !== false) stop = worse(stop, found);
  }
  return stop ?? false;
}

function equalIn(run: Run, a: Datum, b: Datum, at: number): boolean | Stop {
  const met = inOneCurrency(run, a, b, at);
  return met instanceof Missing || met instanceof Failure ? met : equal(met[0], met[1]);
}

/** An item that is not there is unknown, like a field that is not there. */
function itemAt(run: Run, code: Extract<Code, { op: 'index' }>): Outcome {
  const list = step(run, code.list);
  const index = step(run, code.index);
  if (isStop(list)) return isStop(index) ? worse(list, index) : list;
  if (isStop(index)) return index;
  const item = isList(list) && typeof index === 'number' ? list[index] : undefined;
  if (item !== undefined) return item;
  const { list: of } = code;
  const name = of.op === 'read' ? run.program.reads[of.index]?.path : undefined;
  return new Missing([`${name ?? 'list'}[${String(index)}]`]);
}
