import { allAssignees } from '../assignees.ts';
import { didYouMean } from '../shape/suggest.ts';
import { type Checking, fault } from './checking.ts';

/** What `reviews`, `different` and `by: field` name exists, and is what it must be. */
export function checkNames(c: Checking): void {
  const { definition } = c;
  checkTolerances(c);
  const reviewable = [...definition.fields, ...definition.documents].map((one) => one.name);
  const approvals = c.nodes.flatMap(({ node }) => (node.kind === 'approve' ? [node.id] : []));
  for (const { node, path } of c.nodes) {
    if (node.kind !== 'approve' || node.reviews === 'all') continue;
    for (const name of node.reviews) {
      if (reviewable.includes(name) || c.source.laterNames.has(name)) continue;
      const message = `\`${name}\` is no field and no document.${didYouMean(name, reviewable)} Declare it, or take it out.`;
      fault(c, 'unknown-name', `${path}.reviews`, message);
    }
  }
  for (const name of definition.separate.different.flat()) {
    if (approvals.includes(name) || c.source.laterNames.has(name)) continue;
    const message = `\`different\` names \`${name}\`, which is no approve step.${didYouMean(name, approvals)} Name steps of the route.`;
    fault(c, 'unknown-name', 'separate', message);
  }
  for (const { by, path } of allAssignees(definition, c.nodes))
    if (by.by === 'field') checkField(c, by.field, path);
}

/** A tolerance in a currency that the field never has would let nothing through. */
function checkTolerances(c: Checking): void {
  for (const { name, currency, tolerance } of c.definition.fields) {
    if (tolerance === undefined || 'share' in tolerance || tolerance.currency === undefined) continue;
    if (currency === undefined || currency === tolerance.currency) continue;
    const message = `\`${name}\` is in ${currency}, its tolerance in ${tolerance.currency}. Write it in ${currency}.`;
    fault(c, 'bad-value', `fields.${name}.tolerance`, message);
  }
}

function checkField(c: Checking, name: string, path: string): void {
  const { fields } = c.definition;
  const field = fields.find((one) => one.name === name);
  const place = `${path}.field`;
  if (!field) {
    const people = fields.filter((one) => one.type === 'person').map((one) => one.name);
    const message = `There is no field \`${name}\`.${didYouMean(name, people)} Declare it with the type person.`;
    fault(c, 'unknown-name', place, message);
  } else if (field.personal)
    fault(
      c,
      'personal-field',
      place,
      `\`${name}\` is personal, so it is sealed and cannot decide whom to ask. Leave out \`personal\`: a person's id is a pseudonym already.`,
    );
  else if (field.type !== 'person')
    fault(
      c,
      'bad-value',
      place,
      `\`${name}\` is of type ${field.type}; whom to ask is a person. Give the field the type person.`,
    );
}
