import { failure } from './failure.ts';
import type { Writes } from './members.ts';
import { type Environment, name } from './tables.ts';

const AUTHORITY = [
  'person',
  'collective',
  'membership',
  'delegation',
  'delegation_revoked',
  'matrix_version',
];
const KNOWN = new Set([...AUTHORITY.slice(0, 5), 'definition_version', 'clock', 'restricted']);

/** What `countersign.apply_writes` refuses, of what a simulated process can send. */
export function assertWrites(writes: Writes, authority: boolean, movesClock: boolean): void {
  for (const table of Object.keys(writes)) {
    if (AUTHORITY.includes(table) && !authority)
      throw failure('22023', `writes to ${table} without a change of authority`);
    if (table === 'clock' && !movesClock)
      throw failure('22023', 'writes to clock without a change of the clock');
    if (!KNOWN.has(table)) throw failure('22023', `no slice table "${table}"`);
  }
}

export function applyWrites(environment: Environment, seq: number, writes: Writes): void {
  const rows = <Row>(table: string) => (writes[table] ?? []) as readonly Row[];
  for (const row of rows<{ kind: string; name: string }>('collective'))
    environment.collectives.add(name(row.kind, row.name));
  for (const row of rows<{ mode: 'wall' | 'frozen' | 'offset'; at: string | null; offset_ms: number | null }>(
    'clock',
  )) {
    environment.clock_mode = row.mode;
    environment.clock_at = row.at === null ? null : new Date(row.at);
    environment.clock_offset_ms = row.offset_ms;
  }
  for (const row of rows<{
    definition: string;
    version: number;
    digest: string;
    canonical: string;
    source: string;
  }>('definition_version'))
    environment.definitions.push({ ...row, published_seq: seq });
  for (const { person, active, manager } of rows<{ person: string; active: boolean; manager: string | null }>(
    'person',
  )) {
    close(environment.people, seq, (one) => one.person === person);
    environment.people.push({ person, active, manager, recorded_from: seq, recorded_until: null });
  }
  members(environment, seq, rows('membership'));
  for (const row of rows<{
    delegation: string;
    delegator: string;
    delegate: string;
    valid_from: string;
    valid_until: string;
    terms: object;
  }>('delegation')) {
    const dates = { valid_from: new Date(row.valid_from), valid_until: new Date(row.valid_until) };
    environment.delegations.push({ ...row, ...dates, recorded_from: seq, recorded_until: null });
  }
  for (const { delegation } of rows<{ delegation: string }>('delegation_revoked'))
    close(environment.delegations, seq, (one) => one.delegation === delegation);
}

type Membership = {
  readonly kind: string;
  readonly name: string;
  readonly person: string;
  readonly remove?: boolean;
};

function members(environment: Environment, seq: number, rows: readonly Membership[]): void {
  const is = (row: Membership) => (one: Omit<Membership, 'remove'>) =>
    one.kind === row.kind && one.name === row.name && one.person === row.person;
  for (const row of rows.filter((one) => one.remove === true)) close(environment.memberships, seq, is(row));
  for (const row of rows.filter((one) => one.remove !== true)) {
    if (environment.memberships.some((one) => one.recorded_until === null && is(row)(one))) continue;
    const { kind, name: collective, person } = row;
    environment.memberships.push({
      kind,
      name: collective,
      person,
      recorded_from: seq,
      recorded_until: null,
    });
  }
}

function close<Row extends { recorded_until: number | null }>(
  rows: readonly Row[],
  seq: number,
  is: (row: Row) => boolean,
): void {
  for (const row of rows) if (row.recorded_until === null && is(row)) row.recorded_until = seq;
}
