import type { Ast } from './ast.ts';
import { parseDuration } from './calendar.ts';
import { type Checking, fail, readIndex } from './checking.ts';
import type { Code } from './code.ts';
import { checkRead, notInForm } from './names.ts';
import type { Type } from './types.ts';

type Call = Extract<Ast, { node: 'call' }>;

const EXAMPLE = 'related.total(amount, vendor, duration("P30D"))';

/** What a sum may go by: values that are the same exactly if they are written the same. */
const NAMES: readonly Type['type'][] = ['text', 'enum', 'reference', 'email', 'person'];

/** Null where the call is not `related.total(…)`. */
export function checkRelated(c: Checking, ast: Call): Code | null {
  if (ast.name !== 'total' || ast.receiver?.node !== 'name' || ast.receiver.name !== 'related') return null;
  if (c.scope.form) return notInForm(c, ast.at, 'related requests');
  const [amount, by, within] = ast.args;
  if (!amount || !by || !within || ast.args.length !== 3)
    return fail(
      c,
      ast.at,
      'wrong-arguments',
      `related.total takes what is added, by what it goes, and how far back: ${EXAMPLE}.`,
    );
  const [sum, name] = [checkRead(c, amount), checkRead(c, by)];
  const span = spanOf(c, within);
  if (sum?.op !== 'read' || name?.op !== 'read' || span === null) {
    if (c.problems.length > 0) return { op: 'constant', at: ast.at, type: { type: 'any' }, value: false };
    return fail(
      c,
      ast.at,
      'wrong-arguments',
      `Name a field of money, a field or an identity, and a duration: ${EXAMPLE}.`,
    );
  }
  if (sum.type.type !== 'money')
    return fail(c, amount.at, 'wrong-type', `Only money is added up: ${EXAMPLE}.`);
  if (!NAMES.includes(name.type.type)) {
    const message = 'A sum goes by a text, an enum, a reference, an address or a person.';
    return fail(c, by.at, 'wrong-type', message);
  }
  const currency = c.scope.currency ?? sum.type.currency;
  if (currency === undefined) {
    const message =
      'Amounts in any currency cannot be added up: give the field a currency, or name rates under `money`.';
    return fail(c, amount.at, 'currency', message);
  }
  const path = `related.total(${pathOf(c, sum.index)}, ${pathOf(c, name.index)}, ${span})`;
  const type: Type = { type: 'money', currency };
  const needs = [sum.index, name.index];
  return { op: 'total', at: ast.at, type, index: readIndex(c, { path, type }), needs };
}

const pathOf = (c: Checking, index: number): string => c.reads[index]?.path ?? '';

/** A literal duration, or a limit by name. */
function spanOf(c: Checking, ast: Ast): string | null {
  const literal =
    ast.node === 'call' && ast.name === 'duration' && ast.receiver === null ? ast.args[0] : undefined;
  if (literal?.node === 'text') return parseDuration(literal.value) === null ? null : literal.value;
  const limit = checkRead(c, ast);
  if (limit?.op !== 'read' || limit.type.type !== 'duration') return null;
  const path = pathOf(c, limit.index);
  return path.startsWith('limits.') ? path : null;
}
