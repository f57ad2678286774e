import { checkExpression } from '../../condition/check.ts';
import { parseExpression } from '../../condition/parse.ts';
import { type Scope, scopeOf } from '../../condition/scope.ts';
import { type Type, typeOfField } from '../../condition/types.ts';
import { definitionDigest } from '../canonical.ts';
import { fault, type Noting, pointInto } from '../check/checking.ts';
import type { Definition, Node, Parameter, Sequence, Use } from '../model.ts';
import { nameFaults } from '../names.ts';
import type { DefinitionSource } from '../parse.ts';
import { type DefinitionProblem, inOrder } from '../problem.ts';
import { didYouMean } from '../shape/suggest.ts';
import { type Placed, placedNodes } from '../walk.ts';
import { type Brought, inlinePart, stepIdIn, withBrought } from './inline.ts';
import { partUses, type UseNode, usesIn, withReadable } from './uses.ts';

/** How deep parts may stand in parts. */
export const MOST_DEPTH = 8;

export type ResolvedDefinition =
  | {
      readonly ok: true;
      /** With the steps of its parts, and the digest of each. */
      readonly definition: Definition;
      readonly digest: string;
    }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

type Resolving = Noting & {
  readonly definition: Definition;
  readonly find: (name: string) => Definition | null;
  readonly scope: Scope;
  readonly brought: Brought[];
};

/**
 * Puts the steps of its parts into a definition, as they are now: from here on it stands by itself, and its digest
 * covers theirs. Where nothing is used, it stays as it is. Says with line and column what does not fit.
 * @param find a published part, resolved itself; null where there is none.
 */
export function resolveParts(
  definition: Definition,
  source: DefinitionSource,
  find: (name: string) => Definition | null,
): ResolvedDefinition {
  const uses = usesIn(definition.route);
  if (uses.length === 0) return { ok: true, definition, digest: definitionDigest(definition) };
  const resolving: Resolving = {
    ...{ definition, source, find, problems: [], brought: [] },
    scope: scopeOf(withReadable(definition), checksOf(definition, uses, find)),
  };
  const nodes = placedNodes(definition.route);
  const route = replaced(definition.route, (node) =>
    resolveUse(resolving, node, placeOf(nodes, source, node)),
  );
  const whole = withBrought({ ...definition, route }, resolving.brought);
  if (resolving.problems.length === 0)
    for (const { code, path, message } of nameFaults(whole)) fault(resolving, code, path, message);
  if (resolving.problems.length > 0) return { ok: false, problems: inOrder(resolving.problems) };
  return { ok: true, definition: whole, digest: definitionDigest(whole) };
}

const placeOf = (nodes: readonly Placed[], source: DefinitionSource, node: Node): string =>
  source.stepPaths.get(node.id) ?? nodes.find((placed) => placed.node === node)?.path ?? 'route';

/** The checks that an argument may read: those of the definition, and those that its parts bring. */
function checksOf(
  definition: Definition,
  uses: readonly UseNode[],
  find: (name: string) => Definition | null,
): readonly string[] {
  const ids = (route: readonly Node[]): readonly string[] =>
    placedNodes(route).flatMap(({ node }) => (node.kind === 'check' ? [node.id] : []));
  const brought = uses.flatMap(({ id, use }) =>
    ids(find(use.part)?.route ?? []).map((check) => stepIdIn(id, check)),
  );
  return [...ids(definition.route), ...brought];
}

function replaced(route: readonly Node[], make: (node: UseNode) => Sequence): readonly Node[] {
  return route.map((node): Node => {
    switch (node.kind) {
      case 'approve':
      case 'check':
        return node;
      case 'sequence':
        return node.use ? make({ ...node, use: node.use }) : { ...node, steps: replaced(node.steps, make) };
      case 'parallel':
        return { ...node, steps: replaced(node.steps, make) };
      case 'choose': {
        const branches = node.branches.map((one) => ({ ...one, steps: replaced(one.steps, make) }));
        return { ...node, branches };
      }
      default: {
        const never: never = node;
        return never;
      }
    }
  });
}

function resolveUse(r: Resolving, node: UseNode, path: string): Sequence {
  const { use } = node;
  const part = r.find(use.part);
  const before = r.problems.length;
  if (part?.parameters === undefined) {
    const message = part
      ? `\`${use.part}\` is no part: it declares no \`parameters\`. Add \`parameters: {}\` to it, with what it needs, and publish it.`
      : `There is no published part \`${use.part}\`. Publish it before.`;
    fault(r, 'unknown-name', `${path}.use`, message);
    return node;
  }
  checkNesting(r, part, use, path);
  checkNever(r, part, path);
  checkArguments(r, part.parameters, use, path);
  if (r.problems.length > before) return node;
  const brought = inlinePart(part, { id: node.id, with: use.with });
  for (const parameter of brought.noFields) {
    const message = `\`${use.part}\` asks the person in \`${parameter}\`, so that must be a field: \`${parameter}: =projectLead\`.`;
    fault(r, 'bad-value', `${path}.with.${parameter}`, message);
  }
  r.brought.push(brought);
  return { ...node, steps: brought.steps, use: { ...use, digest: definitionDigest(part) } };
}

function checkNesting(r: Resolving, part: Definition, use: Use, path: string): void {
  const inside = partUses(part);
  if (use.part === r.definition.definition || inside.names.has(r.definition.definition)) {
    const message = `\`${r.definition.definition}\` would stand in itself. Take this use out.`;
    fault(r, 'bad-value', `${path}.use`, message);
  }
  if (inside.depth + 1 > MOST_DEPTH) {
    const message = `Parts stand in parts at most ${MOST_DEPTH} deep. Use the inner ones here.`;
    fault(r, 'too-large', `${path}.use`, message);
  }
}

/** What a part excludes, it excludes wherever it is used. */
function checkNever(r: Resolving, part: Definition, path: string): void {
  const allowed = part.separate.never.filter((one) => !r.definition.separate.never.includes(one));
  if (allowed.length === 0) return;
  const message = `\`${part.definition}\` lets no ${allowed.join(', ')} decide, and this definition does: add them to \`never\`, or leave them out in the part.`;
  fault(r, 'bad-value', `${path}.use`, message);
}

function checkArguments(r: Resolving, parameters: readonly Parameter[], use: Use, path: string): void {
  const names = parameters.map((one) => one.name);
  for (const name of Object.keys(use.with)) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`;
    const message = `\`${use.part}\` has no parameter \`${name}\`.${didYouMean(name, names)} ${known}`;
    fault(r, 'unknown-key', `${path}.with.${name}`, message);
  }
  for (const parameter of parameters) {
    const given = Object.hasOwn(use.with, parameter.name) ? use.with[parameter.name] : undefined;
    if (given !== undefined) checkArgument(r, parameter, given, `${path}.with.${parameter.name}`);
    else if (parameter.default === undefined) {
      const message = `\`${use.part}\` needs \`${parameter.name}\` (${parameter.type}). Add it to \`with\`.`;
      fault(r, 'missing-key', `${path}.with`, message);
    }
  }
}

function checkArgument(r: Resolving, parameter: Parameter, expression: string, path: string): void {
  const parsed = parseExpression(expression);
  const problems = parsed.ok
    ? checkExpression(parsed.expression, r.scope, typeOfParameter(parameter)).problems
    : [parsed.problem];
  for (const problem of problems) pointInto(r, path, problem);
}

export const typeOfParameter = (parameter: Parameter): Type =>
  typeOfField({ ...parameter, required: false, personal: false });
