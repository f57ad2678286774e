import { compileDefinition, parseCanonicalDefinition } from '@countersign/core';
import type { Reading } from '../../db/read.ts';

/** Those who came: persons, groups and roles that have somebody whom they had not before. */
export type Gained = {
  readonly persons: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
};

/** What else must be looked at because somebody came, besides the places of those who were touched. */
export type StandIns = {
  /** Colleagues who are asked by the same row of a matrix: whoever came is asked beside them. */
  readonly persons: readonly string[];
  /** Matrices in which a vacancy may have climbed past a row that has somebody again. */
  readonly matrices: readonly string[];
  /** Steps whose fallback may be asked in place of whoever came, as `digest step`. */
  readonly steps: readonly string[];
};

const NONE: StandIns = { persons: [], matrices: [], steps: [] };

/**
 * Whoever is asked in place of others is found by neither their names nor their groups: the row that a vacancy climbed
 * past, and the group whose fallback is asked, stand in no assignment. A superset, and only where somebody came.
 */
export async function standIns(read: Reading, environment: string, gained: Gained): Promise<StandIns> {
  const needles = [
    ...gained.persons.map((person) => `"user":"${person}"`),
    ...gained.groups.map((group) => `"group":"${group}"`),
    ...gained.roles.map((role) => `"role":"${role}"`),
  ];
  if (needles.length === 0) return NONE;
  const rows = await read.query<{ matrix: string; climbs: boolean; needles: string[] }>(
    `select v.matrix, bool_or(position('"climb":true' in v.canonical) > 0) as climbs,
            array_agg(distinct needle) as needles
       from countersign.matrix_version v, unnest($2::text[]) needle
      where v.environment_id = $1 and position(needle in v.canonical) > 0 group by v.matrix`,
    [environment, needles],
  );
  const named = new Set(rows.flatMap((row) => row.needles));
  return {
    persons: await colleagues(read, environment, {
      groups: gained.groups.filter((group) => named.has(`"group":"${group}"`)),
      roles: gained.roles.filter((role) => named.has(`"role":"${role}"`)),
    }),
    matrices: rows.filter((row) => row.climbs).map((row) => row.matrix),
    steps: await fallenBack(read, environment),
  };
}

async function colleagues(
  read: Reading,
  environment: string,
  { groups, roles }: Pick<Gained, 'groups' | 'roles'>,
): Promise<string[]> {
  if (groups.length === 0 && roles.length === 0) return [];
  const rows = await read.query<{ person: string }>(
    `select distinct person from countersign.membership
      where environment_id = $1 and recorded_until is null
        and ((kind = 'group' and name = any($2)) or (kind = 'role' and name = any($3)))`,
    [environment, groups, roles],
  );
  return rows.map((row) => row.person);
}

/** Steps with a fallback of definitions that open requests have pinned. */
async function fallenBack(read: Reading, environment: string): Promise<string[]> {
  const rows = await read.query<{ digest: string; canonical: string }>(
    `select distinct on (d.digest) d.digest, d.canonical from countersign.definition_version d
      where d.environment_id = $1 and position('"fallback":{' in d.canonical) > 0 and d.digest in (
        select r.definition_digest from countersign.request r
         where r.environment_id = $1 and r.status in ('in_review', 'on_hold', 'blocked'))`,
    [environment],
  );
  return rows.flatMap(({ digest, canonical }) =>
    stepsWithFallback(canonical).map((step) => `${digest} ${step}`),
  );
}

const stepsWithFallback = (canonical: string): readonly string[] =>
  compileDefinition(parseCanonicalDefinition(canonical)).approveSteps.flatMap(({ id, fallback }) =>
    fallback === null ? [] : [id],
  );
