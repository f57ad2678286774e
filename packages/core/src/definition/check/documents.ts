import type { Approve } from '../model.ts';
import { didYouMean } from '../shape/suggest.ts';
import { type Checking, caution, fault } from './checking.ts';

/** What a step requires is a document that it reviews: an approval is of what was there. */
export function checkRequired(c: Checking): void {
  for (const { node, path } of c.nodes) if (node.kind === 'approve') checkStep(c, node, `${path}.requires`);
}

function checkStep(c: Checking, step: Approve, path: string): void {
  const names = c.definition.documents.map(({ name }) => name);
  for (const name of step.requires ?? []) {
    const slot = c.definition.documents.find((one) => one.name === name);
    if (!slot) {
      const message = `\`${name}\` is no document.${didYouMean(name, names)} Declare it under \`documents\`, or take it out.`;
      fault(c, 'unknown-name', path, message);
    } else if (step.reviews !== 'all' && !step.reviews.includes(name)) {
      const message = `\`${step.id}\` requires \`${name}\`, but does not review it: an approval would stand when it is exchanged. Add it to \`reviews\`.`;
      fault(c, 'bad-value', path, message);
    } else if (slot.required) {
      const message = `\`${name}\` is required of every request, so it is always there. Leave it out here, or there.`;
      caution(c, 'never-happens', path, message);
    }
  }
}
