import { type Statement, within } from './statement.ts';
import type { Environment } from './tables.ts';

const ACTIVE = new Set(['in_review', 'on_hold', 'blocked']);
const distinct = (values: readonly string[]) => [...new Set(values)].sort();

/** What the directory is folded from, and which requests a change of it concerns. */
export const directory: readonly Statement[] = [
  {
    begins: 'select seq, leaf from countersign.entry',
    has: ['authority and seq > $2 order by seq limit 500'],
    run: (session, [id, after]) =>
      within(session, id, ({ entries }) =>
        entries
          .filter((row) => row.authority && row.seq > Number(after))
          .sort((a, b) => a.seq - b.seq)
          .slice(0, 500),
      ),
  },
  {
    begins: 'select manager as person from countersign.person',
    run: (session, [id, persons, delegations]) =>
      within(session, id, ({ people, delegations: lent }) => {
        const managers = people.flatMap((row) =>
          (persons as string[]).includes(row.person) && row.manager !== null ? [row.manager] : [],
        );
        const givers = lent.flatMap((row) =>
          (delegations as string[]).includes(row.delegation) ? [row.delegator] : [],
        );
        return distinct([...managers, ...givers]).map((person) => ({ person }));
      }),
  },
  {
    begins: 'select distinct kind, name from countersign.membership',
    run: (session, [id, persons]) =>
      within(session, id, ({ memberships }) => {
        const rows = memberships.filter(
          (row) => row.recorded_until === null && (persons as string[]).includes(row.person),
        );
        return [...new Map(rows.map((row) => [`${row.kind} ${row.name}`, row])).values()];
      }),
  },
  // No simulated process publishes a matrix.
  { begins: 'select v.matrix, bool_or(', run: () => [] },
  {
    begins: 'select distinct on (d.digest) d.digest, d.canonical from countersign.definition_version',
    has: ['"fallback":{'],
    run: (session, [id]) =>
      within(session, id, ({ definitions, requests }) => {
        const pinned = [...requests.values()].filter((row) => ACTIVE.has(row.status));
        return definitions.filter(
          ({ digest, canonical }) =>
            canonical.includes('"fallback":{') && pinned.some((row) => row.definition_digest === digest),
        );
      }),
  },
  {
    begins: 'select stream_id from countersign.assignment',
    run: (session, [id, persons, groups, roles, digests, steps]) =>
      within(session, id, (environment) =>
        affected(environment, {
          persons: persons as string[],
          groups: groups as string[],
          roles: roles as string[],
          digests: digests as string[],
          steps: steps as string[],
        }).map((stream_id) => ({ stream_id })),
      ),
  },
  {
    begins: 'select d.delegation, d.delegator',
    has: ['d.environment_id = $1 and d.delegation = $2'],
    run: (session, [id, delegation]) =>
      within(session, id, ({ delegations, entries }) => {
        const at = (seq: number | null) => entries.find((row) => row.seq === seq)?.at ?? null;
        return delegations
          .filter((row) => row.delegation === delegation)
          .map((row) => ({
            ...row,
            seq: row.recorded_from,
            recorded_at: at(row.recorded_from),
            revoked_at: at(row.recorded_until),
          }));
      }),
  },
];

type Touched = { readonly [part in 'persons' | 'groups' | 'roles' | 'digests' | 'steps']: readonly string[] };

function affected({ assignments, requests }: Environment, touched: Touched): string[] {
  const { persons, groups, roles, digests, steps } = touched;
  const places = [...assignments.values()].filter((row) => {
    const request = requests.get(row.stream_id);
    const status = request?.status ?? '';
    if (row.status === 'vacant') return ACTIVE.has(status);
    if (row.status === 'decided') return ACTIVE.has(status) && persons.includes(row.person);
    if (row.status !== 'open') return false;
    return (
      persons.includes(row.person) ||
      steps.includes(`${request?.definition_digest} ${row.step}`) ||
      (row.via_group !== null && groups.includes(row.via_group)) ||
      (row.via_role !== null && roles.includes(row.via_role))
    );
  });
  const own = [...requests.values()].filter(
    (row) =>
      row.status === 'blocked' ||
      (ACTIVE.has(row.status) &&
        (persons.includes(row.requester) ||
          persons.includes(row.submitter) ||
          digests.includes(row.definition_digest))),
  );
  return distinct([...places, ...own].map((row) => row.stream_id));
}
