import { DAY_MS, parseDuration } from '../condition/calendar.ts';
import { checkExpression } from '../condition/check.ts';
import { parseExpression } from '../condition/parse.ts';
import type { Scope } from '../condition/scope.ts';
import type { Definition, Node } from '../definition/model.ts';
import { placedNodes } from '../definition/walk.ts';

/** A sum over related requests that an expression reads (SEMANTICS 16). */
export type Total = {
  /** Its name among the inputs: `related.total(fields.amount, fields.vendor, P30D)`. */
  readonly path: string;
  /** The field that is added. */
  readonly amount: string;
  /** `fields.vendor`, or `requester`, `submitter`, `beneficiary`. */
  readonly by: string;
  /** How far back before the submission, in milliseconds. */
  readonly within: number;
  /** In which it is added. */
  readonly currency: string;
};

const PATH = /^related\.total\(fields\.(\w+), (fields\.\w+|requester|submitter|beneficiary), (\S+)\)$/;

/** Every sum that the conditions of a definition read, each once. */
export function totalsOf(definition: Definition, scope: Scope): readonly Total[] {
  const nodes = placedNodes(definition.route);
  const sources = nodes.flatMap(({ node }) => conditionsOf(node)).filter((one) => one.includes('related'));
  const paths = sources.flatMap((source) => {
    const parsed = parseExpression(source);
    return parsed.ok ? checkExpression(parsed.expression, scope).reads : [];
  });
  return [...new Set(paths)].flatMap((path) => readTotal(path, definition) ?? []);
}

function readTotal(path: string, definition: Definition): Total | null {
  const [, amount, by, span = ''] = PATH.exec(path) ?? [];
  if (amount === undefined || by === undefined) return null;
  const limit = span.startsWith('limits.') ? definition.limits[span.slice('limits.'.length)] : undefined;
  const parts = parseDuration(limit?.type === 'duration' ? limit.value : span);
  const field = definition.fields.find(({ name }) => name === amount);
  const currency = definition.money?.currency ?? field?.currency;
  if (parts === null || currency === undefined) return null;
  return { path, amount, by, within: parts.days * DAY_MS + parts.ms, currency };
}

function conditionsOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'approve':
    case 'sequence':
    case 'parallel':
    case 'check':
      return node.when === null ? [] : [node.when];
    case 'choose':
      return node.branches.flatMap(({ when }) => (when === null ? [] : [when]));
    default: {
      const never: never = node;
      return never;
    }
  }
}
