import { SLUG } from './language/words.ts';
import type { Definition } from './model.ts';
import type { ProblemCode } from './problem.ts';
import { placedNodes } from './walk.ts';

const MOST_STEPS = 500;

type NameFault = { readonly code: ProblemCode; readonly path: string; readonly message: string };

/** Names that would make two things one: step ids over the whole route, and fields against documents. */
export function nameFaults(definition: Definition): readonly NameFault[] {
  const faults: NameFault[] = [];
  const fault = (code: ProblemCode, path: string, message: string): void => {
    faults.push({ code, path, message });
  };
  const nodes = placedNodes(definition.route);
  if (nodes.length > MOST_STEPS) {
    const message = `The route has ${nodes.length} steps; at most ${MOST_STEPS} are carried out. Split it.`;
    fault('too-large', 'route', message);
  }
  const ids = new Set<string>();
  for (const { node, path } of nodes) {
    if (ids.has(node.id)) {
      const message = `The step \`${node.id}\` stands in the route twice. Name one of them differently.`;
      fault('duplicate', path, message);
    }
    if (node.id in {} || !SLUG.test(node.id)) {
      const message = `A step cannot be named \`${node.id.slice(0, 80)}\`. Choose another name.`;
      fault('bad-value', path, message);
    }
    ids.add(node.id);
  }
  const fields = new Set(definition.fields.map((field) => field.name));
  for (const { name } of definition.documents)
    if (fields.has(name)) {
      const message = `\`${name}\` is a field and a document: \`reviews\` could not tell them apart. Rename one.`;
      fault('duplicate', `documents.${name}`, message);
    }
  return faults;
}
