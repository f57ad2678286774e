import type pg from 'pg';
import type { Tables } from './database/tables.ts';

/** All rows of an environment that a commit writes, in one form: columns by name, rows in the order of their text. */
type Dump = { readonly [table: string]: readonly string[] };

type Row = { readonly [column: string]: unknown };

const COLUMNS: { readonly [table: string]: string } = {
  head: 'seq, directory_revision, clock_revision',
  environment: 'clock_mode, clock_at, clock_offset_ms',
  entry: 'seq, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash',
  stream: 'stream_id, kind, version, last_hash, last_at, schema, state::text as state, updated_seq',
  request:
    'stream_id, definition, definition_digest, status, outcome, requester, submitter, external_reference, created_seq, created_at, updated_at, due_at',
  assignment: 'stream_id, n, step, person, status, via_group, via_role, opened_seq, opened_at, due_at',
  timer: 'stream_id, key, due',
  idempotency: 'principal, key, request_digest, status, answer, seq, leaf_hash',
  business_key: 'kind, key, stream_id',
  person: 'person, recorded_from, recorded_until, active, manager',
  membership: 'kind, name, person, recorded_from, recorded_until',
  delegation:
    'delegation, delegator, delegate, recorded_from, recorded_until, valid_from, valid_until, terms',
};

const rowsAsText = (rows: readonly Row[], columns: string): string[] => {
  const names = columns.split(', ').map((column) => column.split(' as ').at(-1) ?? column);
  return rows.map((row) => JSON.stringify(names.map((column) => [column, value(row[column])]))).sort();
};

function value(given: unknown): unknown {
  if (given instanceof Date) return given.toISOString();
  if (Buffer.isBuffer(given)) return given.toString('hex');
  // jsonb as text: its order of keys is the database's, its blanks are not looked at.
  if (typeof given === 'string' && given.startsWith('{')) return JSON.stringify(JSON.parse(given));
  return typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
}

async function real(owner: pg.Pool, environment: string): Promise<Dump> {
  const tables: { [table: string]: readonly string[] } = {};
  for (const [table, columns] of Object.entries(COLUMNS)) {
    const { rows } = await owner.query<Row>(
      `select ${columns} from countersign.${table} where environment_id = $1`,
      [environment],
    );
    tables[table] = rowsAsText(rows, columns);
  }
  return tables;
}

function simulated(tables: Tables, environment: string): Dump {
  const from = tables.environments.get(environment);
  if (from === undefined) throw new Error(`no environment ${environment}`);
  const rows: { readonly [table: string]: readonly Row[] } = {
    head: [from.head],
    environment: [{ ...from }],
    entry: from.entries,
    stream: [...from.streams.values()],
    request: [...from.requests.values()],
    assignment: [...from.assignments.values()],
    timer: [...from.timers.values()],
    idempotency: [...from.answers.values()],
    business_key: [...from.keys.values()],
    person: from.people,
    membership: from.memberships,
    delegation: from.delegations,
  };
  return Object.fromEntries(
    Object.entries(COLUMNS).map(([table, columns]) => [table, rowsAsText(rows[table] ?? [], columns)]),
  );
}

export const dump = { real, simulated };
