import { type DirectoryEvent, parseCanonicalDefinition, references } from '@countersign/core';
import type { Reading } from '../../db/read.ts';
import { standIns } from './stand-ins.ts';

/** What a change of authority touched. */
export type Touched = {
  readonly persons: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly matrices: readonly string[];
  readonly revoked: readonly string[];
  /** Did somebody come, and not only leave? */
  readonly gained: boolean;
};

export function touchedBy(events: readonly DirectoryEvent[]): Touched {
  const persons = new Set<string>();
  const groups = new Set<string>();
  const roles = new Set<string>();
  const matrices = new Set<string>();
  const revoked = new Set<string>();
  let gained = false;
  for (const event of events) {
    switch (event.type) {
      case 'person.recorded':
        persons.add(event.person);
        gained ||= event.active;
        if (event.manager !== null) persons.add(event.manager);
        break;
      case 'group.recorded':
        groups.add(event.group);
        gained ||= event.added.length > 0;
        for (const person of [...event.added, ...event.removed]) persons.add(person);
        break;
      case 'role.recorded':
        roles.add(event.role);
        gained ||= event.added.length > 0;
        for (const person of [...event.added, ...event.removed]) persons.add(person);
        break;
      case 'delegation.granted':
        persons.add(event.delegation.from).add(event.delegation.to);
        break;
      case 'delegation.revoked':
        persons.add(event.to);
        revoked.add(event.delegation);
        break;
      case 'matrix.published':
        matrices.add(event.version.matrix);
        break;
      case 'matrix.took-effect':
        matrices.add(event.matrix);
        break;
      case 'matrix.proposed':
      case 'matrix.rejected':
        // What waits for its approval is not in force.
        break;
      case 'calendar.published':
      case 'rates.published':
        // Deadlines that stand do not move, nor do the rates of a revision, and nobody's authority does.
        break;
      default: {
        const never: never = event;
        throw new TypeError(`not a change of authority: ${JSON.stringify(never)}`);
      }
    }
  }
  return {
    persons: [...persons],
    groups: [...groups],
    roles: [...roles],
    matrices: [...matrices],
    revoked: [...revoked],
    gained,
  };
}

const ACTIVE = "('in_review', 'on_hold', 'blocked')";

/**
 * Requests on which a change of authority may bear: those with a place open to, vacant for or (for `whileActive`)
 * decided by a person, group or role that was touched; those of a touched requester, whose management line may have
 * moved; those whose definition reads a touched matrix; those in which somebody stands in for whoever came; and all
 * that are blocked. A superset: rechecking one that is not concerned makes no entry. Sorted.
 */
export async function affectedRequests(
  read: Reading,
  environment: string,
  touched: Touched,
): Promise<readonly string[]> {
  const neighbours = await withNeighbours(read, environment, touched);
  const { groups, roles } = await withMemberships(read, environment, touched);
  const gained = touched.gained
    ? { persons: touched.persons, groups, roles }
    : { persons: [], groups: [], roles: [] };
  const beside = await standIns(read, environment, gained);
  const persons = [...new Set([...neighbours, ...beside.persons])];
  const matrices = [...new Set([...touched.matrices, ...beside.matrices])];
  const definitions = await definitionsReading(read, environment, matrices);
  const rows = await read.query<{ stream_id: string }>(
    `select stream_id from countersign.assignment
      where environment_id = $1 and status = 'open' and person = any($2)
     union
     select stream_id from countersign.assignment
      where environment_id = $1 and status = 'open' and via_group = any($3)
     union
     select stream_id from countersign.assignment
      where environment_id = $1 and status = 'open' and via_role = any($4)
     union
     select stream_id from countersign.request where environment_id = $1 and status = 'blocked'
     union
     select stream_id from countersign.request
      where environment_id = $1 and status in ${ACTIVE}
        and (requester = any($2) or submitter = any($2) or definition_digest = any($5))
     union
     select a.stream_id from countersign.assignment a
       join countersign.request r on r.environment_id = a.environment_id and r.stream_id = a.stream_id
      where a.environment_id = $1 and a.status = 'open' and r.definition_digest || ' ' || a.step = any($6)
     union
     select r.stream_id from countersign.request r
       join countersign.assignment a on a.environment_id = r.environment_id and a.stream_id = r.stream_id
      where r.environment_id = $1 and r.status in ${ACTIVE}
        and (a.status = 'vacant' or (a.status = 'decided' and a.person = any($2)))
     order by 1`,
    [environment, persons, groups, roles, definitions, beside.steps],
  );
  return rows.map((row) => row.stream_id);
}

/** Managers before and after, and both ends of a revoked delegation: places may be theirs. */
async function withNeighbours(read: Reading, environment: string, touched: Touched): Promise<string[]> {
  const rows = await read.query<{ person: string }>(
    `select manager as person from countersign.person
      where environment_id = $1 and person = any($2) and manager is not null
     union
     select delegator from countersign.delegation where environment_id = $1 and delegation = any($3)`,
    [environment, touched.persons, touched.revoked],
  );
  return [...new Set([...touched.persons, ...rows.map((row) => row.person)])];
}

/** Somebody who came back is eligible again wherever their groups and roles are. */
async function withMemberships(
  read: Reading,
  environment: string,
  touched: Touched,
): Promise<{ groups: string[]; roles: string[] }> {
  const rows = await read.query<{ kind: 'group' | 'role'; name: string }>(
    `select distinct kind, name from countersign.membership
      where environment_id = $1 and person = any($2) and recorded_until is null`,
    [environment, touched.persons],
  );
  const named = (kind: 'group' | 'role') => rows.flatMap((row) => (row.kind === kind ? [row.name] : []));
  return {
    groups: [...new Set([...touched.groups, ...named('group')])],
    roles: [...new Set([...touched.roles, ...named('role')])],
  };
}

async function definitionsReading(
  read: Reading,
  environment: string,
  matrices: readonly string[],
): Promise<string[]> {
  if (matrices.length === 0) return [];
  const rows = await read.query<{ digest: string; canonical: string }>(
    `select distinct on (d.digest) d.digest, d.canonical from countersign.definition_version d
      where d.environment_id = $1 and d.digest in (
        select r.definition_digest from countersign.request r
         where r.environment_id = $1 and r.status in ${ACTIVE})`,
    [environment],
  );
  const reads = (canonical: string) =>
    references(parseCanonicalDefinition(canonical)).matrices.some((matrix) => matrices.includes(matrix));
  return rows.filter((row) => reads(row.canonical)).map((row) => row.digest);
}
