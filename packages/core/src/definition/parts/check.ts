import { checkExpression } from '../../condition/check.ts';
import { parseExpression } from '../../condition/parse.ts';
import { scopeOf } from '../../condition/scope.ts';
import { fault, type Noting, pointInto } from '../check/checking.ts';
import type { Definition } from '../model.ts';
import type { Placed } from '../walk.ts';
import { typeOfParameter } from './resolve.ts';

/** What a part leaves to the definitions that use it. */
const LEFT: readonly (readonly [string, (part: Definition) => boolean, string])[] = [
  ['fields', (part) => part.fields.length > 0, 'it reads only its parameters. Make them `parameters`'],
  ['sections', (part) => part.sections !== undefined, 'it has no form. Leave them out'],
  ['documents', (part) => part.documents.length > 0, 'a request has them. Leave them out'],
  ['reasons', (part) => part.reasons !== undefined, 'those of the definition that uses it hold'],
  ['confidential', (part) => part.confidential === true, 'the definition that uses it says that'],
  ['observers', (part) => part.observers !== undefined, 'the definition that uses it says that'],
  ['number', (part) => part.number !== undefined, 'the definition that uses it says that'],
  ['retain', (part) => part.retain !== undefined, 'the definition that uses it says that'],
  ['money.rates', (part) => part.money !== undefined, 'those of the definition that uses it hold'],
  ['reopen', (part) => part.reopen !== null, 'the definition that uses it says that'],
  ['due', (part) => part.due !== null, 'the definition that uses it says that'],
  ['expire', (part) => part.expire !== null, 'the definition that uses it says that'],
];

/** A part reads its parameters and nothing else, and says only what its steps are. */
export function checkPart(c: Noting & { readonly definition: Definition }): void {
  const { definition } = c;
  for (const [key, says, why] of LEFT)
    if (says(definition)) fault(c, 'conflicting-keys', key, `A part has no \`${key}\`: ${why}.`);
  if (definition.time.calendar !== undefined || definition.time.zone !== 'UTC')
    fault(c, 'conflicting-keys', 'time', 'A part has no `time`: its durations follow who uses it.');
  const scope = scopeOf({ fields: [], limits: definition.limits }, []);
  for (const parameter of definition.parameters ?? []) {
    if (parameter.default === undefined) continue;
    const path = `parameters.${parameter.name}.default`;
    const parsed = parseExpression(parameter.default);
    const problems = parsed.ok
      ? checkExpression(parsed.expression, scope, typeOfParameter(parameter)).problems
      : [parsed.problem];
    for (const problem of problems) pointInto(c, path, problem);
  }
}

/** Parts that were not looked up: what they bring is not known, so nothing that rests on it can be said. */
export function checkNeeded(c: Noting, nodes: readonly Placed[]): boolean {
  const needed = nodes.filter(({ node }) => node.kind === 'sequence' && node.use?.digest === null);
  for (const { node, path } of needed)
    if (node.kind === 'sequence' && node.use) {
      const message = `What \`${node.use.part}\` does is not known here. Give the file of this part as well, or ask the server.`;
      fault(c, 'part-needed', `${path}.use`, message);
    }
  return needed.length > 0;
}
