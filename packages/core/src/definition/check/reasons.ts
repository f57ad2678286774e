import { type Checking, caution, fault } from './checking.ts';

/** A step asks for codes of a decision that it offers and that has some; and each catalogue has a step to use it. */
export function checkReasons(c: Checking): void {
  const catalogues = c.definition.reasons ?? [];
  const offered = new Set(
    c.nodes.flatMap(({ node }) =>
      node.kind === 'approve' ? [...node.decisions, ...(node.override ? ['override'] : [])] : [],
    ),
  );
  for (const { decision } of catalogues) {
    if (offered.has(decision)) continue;
    caution(
      c,
      'never-happens',
      `reasons.${decision}`,
      `No step offers \`${decision}\`, so nobody gives these reasons.`,
    );
  }
  // Those of the definition that uses a part hold in it.
  const isPart = c.definition.parameters !== undefined;
  for (const { node, path } of c.nodes) {
    if (node.kind !== 'approve') continue;
    if (!isPart && node.override && !catalogues.some((one) => one.decision === 'override'))
      fault(
        c,
        'missing-key',
        `${path}.override`,
        'An override gives a reason. Add `override` under `reasons` of the definition, such as `{ supplier-outage: The supplier cannot wait }`.',
      );
    for (const decision of node.reasons ?? []) {
      const place = `${path}.reasons`;
      if (!node.decisions.includes(decision))
        fault(
          c,
          'never-satisfied',
          place,
          `\`${node.id}\` does not offer \`${decision}\`. Leave it out here.`,
        );
      else if (!isPart && !catalogues.some((one) => one.decision === decision))
        fault(
          c,
          'unknown-name',
          place,
          `There are no reasons of \`${decision}\`. Add them under \`reasons\` of the definition.`,
        );
    }
  }
}
