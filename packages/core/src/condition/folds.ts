import type { Ast, Fold } from './ast.ts';
import { type Checking, fail } from './checking.ts';
import type { Code } from './code.ts';
import { type Datum, Failure, isList, isStop, Missing, type Outcome, type Stop, worse } from './data.ts';
import { inOneCurrency } from './exchange.ts';
import type { Binary } from './operations.ts';
import { addDecimals, addIntegers, addMoney, COMPARISONS } from './operations.ts';
import { type Run, spend } from './run.ts';
import { ANY, describeType, isOrdered, type Type } from './types.ts';

type Call = Extract<Ast, { node: 'call' }>;
type FoldCode = Extract<Code, { op: 'fold' }>;

const FOLDS: readonly Fold[] = ['sum', 'min', 'max'];
export const foldOf = (name: string): Fold | undefined => FOLDS.find((fold) => fold === name);

/** `items.map(i, i.amount).sum()`, or `sum(…)`: the names and forms that CEL's list libraries use. */
export function checkFold(
  c: Checking,
  { at, receiver, args }: Call,
  fold: Fold,
  check: (ast: Ast) => Code,
): Code {
  const [only] = receiver === null ? args : [receiver, ...args];
  if (!only || args.length !== (receiver === null ? 1 : 0))
    return fail(c, at, 'wrong-arguments', `${fold} takes one list: amounts.${fold}().`);
  const list = check(only);
  if (list.type.type === 'any') return { ...list, at, type: ANY };
  if (list.type.type !== 'list')
    return fail(c, at, 'wrong-type', `${fold} takes a list, not ${describeType(list.type)}.`);
  const { of } = list.type;
  if (of.type === 'row')
    return fail(
      c,
      at,
      'wrong-type',
      `Rows have no ${fold}; take a column: items.map(i, i.amount).${fold}().`,
    );
  if (of.type === 'any') {
    if (c.problems.length > 0) return { op: 'constant', at, type: ANY, value: false };
    return fail(c, at, 'wrong-type', `This list is always empty; it has no ${fold}.`);
  }
  const fits = fold === 'sum' ? addition(of) !== null : isOrdered(of);
  if (!fits) return fail(c, at, 'wrong-type', `There is no ${fold} of ${describeType(list.type)}.`);
  return { op: 'fold', at, type: of, fold, list, path: pathOf(c, list) };
}

/** What the list is made from, to name what is missing in it. */
function pathOf(c: Checking, code: Code): string {
  if (code.op === 'read') return c.reads[code.index]?.path ?? 'list';
  if (code.op === 'macro') return pathOf(c, code.list);
  return code.op === 'unary' ? pathOf(c, code.of) : 'list';
}

function addition({ type }: Type): Binary | null {
  if (type === 'money') return addMoney;
  if (type === 'integer' || type === 'duration') return addIntegers;
  return type === 'decimal' || type === 'percent' ? addDecimals : null;
}

/** An item that is unknown makes the result unknown, as an operand of `+` does. */
export function runFold(run: Run, code: FoldCode, list: Outcome): Outcome {
  if (isStop(list)) return list;
  const items = isList(list) ? list : [];
  spend(run, items.length);
  let stop: Stop | null = null;
  let result: Datum | null = null;
  for (const item of items) {
    const next: Outcome = isStop(item) || result === null ? item : combine(run, code, result, item);
    if (isStop(next)) stop = worse(stop, next);
    else result = next;
  }
  return stop ?? result ?? ofNothing(code);
}

function combine(run: Run, { fold, type, at }: FoldCode, left: Datum, right: Datum): Outcome {
  const met = inOneCurrency(run, left, right, at);
  if (met instanceof Missing || met instanceof Failure) return met;
  const [a, b] = met;
  if (fold === 'sum') return addition(type)?.(a, b, at) ?? a;
  const less = COMPARISONS['<'](a, b, at);
  if (typeof less !== 'boolean') return less;
  return less === (fold === 'min') ? a : b;
}

/** The sum of nothing is nothing, where its unit is known. The least of nothing is as unknown as an item that is not there. */
function ofNothing({ fold, type, path }: FoldCode): Outcome {
  if (fold === 'sum') {
    if (type.type === 'integer' || type.type === 'duration') return 0;
    const none = { digits: 0n, scale: 0 };
    if (type.type === 'decimal' || type.type === 'percent') return none;
    if (type.type === 'money' && type.currency !== undefined)
      return { amount: none, currency: type.currency };
  }
  return new Missing([`${path}[0]`]);
}
