import { canonicalDefinition, compileDefinition, definitionDigest, parseDefinition } from '@countersign/core';
import type { Reader } from '../../../apps/server/src/db/read.ts';
import type {
  DefinitionStore,
  PublishedDefinition,
} from '../../../apps/server/src/modules/definitions/index.ts';

/** The routes of the run: each quorum rule, both kinds of roster, escalation, deadlines, separation between steps. */
const SOURCES = [
  `
definition: order
fields: { amount: integer, note: text }
reopen: { by: { group: chiefs } }
route:
  - approve: budget
    by: { group: buyers }
    need: 2
    reviews: [amount]
    remind: 2 minutes
    escalate: { after: 10 minutes, add: { group: chiefs } }
  - approve: chief
    by: { group: chiefs }
expire: 5 hours
separate:
  - never: [requester, submitter, beneficiary, editor]
  - different: [budget, chief]
`,
  `
definition: policy
fields: { amount: integer, note: text }
route:
  - parallel:
      - approve: everyone
        by: { group: chiefs }
        need: all
        decisions: [approve, reject, return, abstain]
      - approve: half
        by: { group: buyers }
        need: 50%
        reject: wait
due: 20 minutes
`,
  `
definition: access
fields: { amount: integer, note: text }
route:
  - approve: owner
    by: { group: buyers }
    need: 2
    whileActive: true
    fallback: { group: chiefs }
`,
];

export const definitions = SOURCES.map((source) => {
  const parsed = parseDefinition(source);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join('\n'));
  const canonical = canonicalDefinition(parsed.definition);
  return {
    name: parsed.definition.definition,
    source,
    canonical,
    digest: definitionDigest(parsed.definition),
    compiled: compileDefinition(JSON.parse(canonical)),
  };
});

/** Compiled once for all runs: what a process asks the database for is only which there are. */
const compiledBy = new Map(definitions.map((one) => [one.digest, one]));

/** Asks the database as the server's own store does, and saves the time of compiling. */
export function rememberedDefinitions(store: DefinitionStore, reader: Reader): DefinitionStore {
  const known = new Map<string, PublishedDefinition>();
  return {
    ...store,
    async byDigest(environment, digest) {
      const kept = known.get(`${environment} ${digest}`);
      if (kept !== undefined) return kept;
      const rows = await reader.readAs(environment).query<{ definition: string; version: number }>(
        `select definition, version, digest, canonical from countersign.definition_version
          where environment_id = $1 and digest = $2 order by version desc limit 1`,
        [environment, digest],
      );
      const compiled = compiledBy.get(digest)?.compiled;
      if (rows[0] === undefined || compiled === undefined) return null;
      const found = { name: rows[0].definition, version: rows[0].version, compiled };
      known.set(`${environment} ${digest}`, found);
      return found;
    },
  };
}
