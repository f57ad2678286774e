import { checkExpression } from '../../condition/check.ts';
import { parseExpression } from '../../condition/parse.ts';
import { scopeOf } from '../../condition/scope.ts';
import { BOOLEAN, DATE, describeType, type Type } from '../../condition/types.ts';
import { allAssignees } from '../assignees.ts';
import { branchPath, type Placed } from '../walk.ts';
import { type Checking, fault, pointInto } from './checking.ts';

type Wanted = 'condition' | 'amount' | 'text' | 'value' | 'day';
type Written = { readonly expression: string; readonly path: string; readonly wanted: Wanted };

const EXPECTED: { readonly [wanted in Wanted]: Type | undefined } = {
  condition: BOOLEAN,
  day: DATE,
  amount: undefined,
  text: undefined,
  value: undefined,
};

/** Every expression parses, has the type that its place needs, and reads only what is known there. */
export function checkExpressions(c: Checking): void {
  const checks = c.nodes.flatMap(({ node }) => (node.kind === 'check' ? [node.id] : []));
  const scope = scopeOf(c.definition, checks);
  for (const written of expressionsOf(c)) {
    const parsed = parseExpression(written.expression);
    if (!parsed.ok) {
      pointInto(c, written.path, parsed.problem);
      continue;
    }
    // Checks are asked after the submission, when the day of the rates is known.
    const known = written.wanted === 'day' ? { ...scope, checks: [] } : scope;
    const { type, problems, reads } = checkExpression(parsed.expression, known, EXPECTED[written.wanted]);
    for (const problem of problems) pointInto(c, written.path, problem);
    if (problems.length > 0) continue;
    checkType(c, written, type);
    for (const read of reads) checkOrder(c, written, read);
    checkRelated(c, written, reads);
  }
}

export function expressionsOf(c: Checking): readonly Written[] {
  const inSteps = c.nodes.flatMap(({ node, path }): readonly Written[] => {
    const when = (expression: string | null): readonly Written[] =>
      expression === null ? [] : [{ expression, path: `${path}.when`, wanted: 'condition' }];
    const values = (given: { readonly [name: string]: string }): readonly Written[] =>
      Object.entries(given).map(([name, expression]) => ({
        expression,
        path: `${path}.with.${name}`,
        wanted: 'value',
      }));
    switch (node.kind) {
      case 'approve':
      case 'parallel':
        return when(node.when);
      case 'sequence':
        return [...when(node.when), ...values(node.use?.with ?? {})];
      case 'check':
        return [...when(node.when), ...values(node.with)];
      case 'choose':
        return node.branches.flatMap((branch, i): readonly Written[] =>
          branch.when === null
            ? []
            : [{ expression: branch.when, path: `${branchPath(path, i)}.when`, wanted: 'condition' }],
        );
      default: {
        const never: never = node;
        return never;
      }
    }
  });
  const inAssignees = allAssignees(c.definition, c.nodes).flatMap(({ by, path }): readonly Written[] => {
    if (by.by !== 'matrix') return [];
    const columns = Object.entries(by.dimensions).map(([column, expression]): Written => {
      return { expression, path: `${path}.${column}`, wanted: 'text' };
    });
    return [{ expression: by.amount, path: `${path}.amount`, wanted: 'amount' }, ...columns];
  });
  return [...dayOfRates(c), ...inSteps, ...inAssignees];
}

function dayOfRates({ definition: { money } }: Checking): readonly Written[] {
  if (money === undefined || money.asOf === 'submission') return [];
  return [{ expression: money.asOf.expression, path: 'money.asOf', wanted: 'day' }];
}

/** The types whose values are text, as the cells of a matrix are. */
const TEXTS: readonly Type['type'][] = ['text', 'enum', 'reference', 'email', 'person', 'date', 'any'];

function checkType(c: Checking, written: Written, type: Type): void {
  if (written.wanted === 'amount' && type.type !== 'money' && type.type !== 'any')
    fault(
      c,
      'bad-condition',
      written.path,
      `A matrix compares money; this is ${describeType(type)}. Name a field of type money.`,
    );
  if (written.wanted === 'text' && !TEXTS.includes(type.type))
    fault(
      c,
      'bad-condition',
      written.path,
      `A column of a matrix compares text; this is ${describeType(type)}.`,
    );
}

/** A sum is read when a condition is answered, and again at the end; whom to ask must not change by what others file. */
function checkRelated(c: Checking, written: Written, reads: readonly string[]): void {
  if (written.wanted === 'condition' || !reads.some((read) => read.startsWith('related.'))) return;
  const message = 'Sums over related requests are for conditions: write them under `when`.';
  fault(c, 'bad-condition', written.path, message);
}

/** A check that is asked later cannot be waited for: the request would be on hold for ever. */
function checkOrder(c: Checking, written: Written, read: string): void {
  const [root, id] = read.split(/[.[]/, 2);
  if (root !== 'checks' || id === undefined) return;
  const asked = c.nodes.find(({ node }) => node.kind === 'check' && read === `checks.${node.id}`);
  const reader = c.nodes.findLast(({ path }) => written.path.startsWith(`${path}.`));
  if (!asked || !reader || !comesLater(asked, reader)) return;
  const message = `The check \`${asked.node.id}\` is asked only after this place, so its answer can never be known here. Move it before.`;
  fault(c, 'never-satisfied', written.path, message);
}

function comesLater(asked: Placed, reader: Placed): boolean {
  if (asked === reader) return true;
  const [a, r] = [asked.path.split('.'), reader.path.split('.')];
  const i = a.findIndex((part, place) => part !== r[place]);
  const place = (part: string | undefined): { list: string; index: number } => {
    const match = /^(\w+)\[(\d+)\]$/.exec(part ?? '');
    return { list: match?.[1] ?? '', index: Number(match?.[2] ?? -1) };
  };
  const [here, there] = [place(a[i]), place(r[i])];
  if (there.index < 0) return true;
  return here.list === there.list && here.list !== 'parallel' && here.index > there.index;
}
