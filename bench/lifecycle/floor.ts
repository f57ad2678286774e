import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { query } from './database.ts';

/** Commands a second that PostgreSQL writes when nobody checks anything; null: pgbench is not installed. */
export type Floor = { readonly commands: number; readonly p50: number } | null;

/** What a command of the load wrote on average, in bytes. */
export type RowSizes = { readonly leaf: number; readonly state: number; readonly answer: number };

export async function rowSizes(url: string): Promise<RowSizes> {
  const [row] = await query(
    url,
    `select (select avg(length(leaf)) from countersign.entry)::int as leaf,
            (select avg(length(state::text)) from countersign.stream)::int as state,
            (select avg(length(answer)) from countersign.idempotency)::int as answer`,
  );
  return { leaf: Number(row?.leaf), state: Number(row?.state), answer: Number(row?.answer) };
}

/**
 * The rows of a lifecycle's three commands, each command in one statement of its own, by `pgbench` on the same
 * PostgreSQL: entry, state, request, assignment, business key and stored answer, with all their indexes and checks;
 * no head, no lock, no check of what was read, nobody to answer over HTTP.
 */
export async function floor(
  database: string,
  sizes: RowSizes,
  clients: number,
  seconds: number,
): Promise<Floor> {
  const program = [
    'pgbench',
    '/usr/lib/postgresql/18/bin/pgbench',
    '/usr/lib/postgresql/15/bin/pgbench',
  ].find((each) => (each.includes('/') ? existsSync(each) : spawnSync(each, ['--version']).status === 0));
  if (program === undefined) return null;
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-floor-'));
  const script = path.join(scratch, 'lifecycle.sql');
  const environment = `env_${randomUUID()}`;
  await query(database, 'create sequence if not exists countersign.bench_seq cache 1000');
  writeFileSync(
    script,
    `\\set n random(1, 1000000000000000)\n${[0, 1, 2].map((v) => command(environment, v, sizes)).join('\n')}`,
  );
  try {
    const run = spawnSync(
      program,
      [
        '-n',
        '-M',
        'prepared',
        '-c',
        String(clients),
        '-j',
        '1',
        '-T',
        String(seconds),
        '-f',
        script,
        database,
      ],
      { encoding: 'utf8' },
    );
    const found = /tps = ([\d.]+)/.exec(run.stdout)?.[1];
    const latency = /latency average = ([\d.]+) ms/.exec(run.stdout)?.[1];
    if (run.status !== 0 || found === undefined)
      throw new Error(`pgbench failed: ${run.stderr.slice(0, 1000)}`);
    return { commands: Number(found) * 3, p50: Number(latency) / 3 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function command(environment: string, version: number, { leaf, state, answer }: RowSizes): string {
  const status = version === 2 ? 'closed' : 'in_review';
  const stream = "'req_00000000-0000-7000-8000-' || :n::bigint";
  const bytes = `convert_to(lpad(:n::bigint || '-${version}', ${leaf}, 'x'), 'UTF8')`;
  const assignments =
    version === 0
      ? [[1, 'open']]
      : version === 1
        ? [
            [1, 'decided'],
            [2, 'open'],
          ]
        : [[2, 'decided']];
  const parts = [
    `e as (insert into countersign.entry (environment_id, seq, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash)
       select '${environment}', nextval('countersign.bench_seq'), ${stream}, ${version + 1}, 'cmd_' || gen_random_uuid(), false, now(), gen_random_uuid()::text, b, sha256('\\x00'::bytea || b) from (select ${bytes} as b) x returning seq, leaf_hash)`,
    `s as (insert into countersign.stream (environment_id, stream_id, kind, version, last_hash, last_at, schema, state, updated_seq)
       select '${environment}', ${stream}, 'request', ${version + 1}, leaf_hash, now(), 1, jsonb_build_object('x', repeat('x', ${state})), seq from e
       on conflict (environment_id, stream_id) do update set version = excluded.version, last_hash = excluded.last_hash, last_at = excluded.last_at, state = excluded.state, updated_seq = excluded.updated_seq)`,
    ...(version === 1
      ? []
      : [
          `r as (insert into countersign.request (environment_id, stream_id, definition, definition_digest, status, outcome, requester, submitter, external_reference, created_seq, created_at, updated_at)
       select '${environment}', ${stream}, 'bench-purchase', repeat('d', 64), '${status}', null, 'usr_1', 'svc_1', 'PO-' || :n::bigint, seq, now(), now() from e
       on conflict (environment_id, stream_id) do update set status = excluded.status, updated_at = excluded.updated_at)`,
          version === 0
            ? `k as (insert into countersign.business_key (environment_id, kind, key, stream_id) values ('${environment}', 'open-request', 'bench-purchase ' || :n::bigint, ${stream}))`
            : `k as (delete from countersign.business_key where environment_id = '${environment}' and kind = 'open-request' and key = 'bench-purchase ' || :n::bigint)`,
        ]),
    `a as (insert into countersign.assignment (environment_id, stream_id, n, step, person, status, opened_seq, opened_at)
       select '${environment}', ${stream}, n, 'step-' || n, 'usr_' || (:n::bigint % 50), status, seq, now()
         from e, (values ${assignments.map(([n, s]) => `(${n}, '${s}')`).join(', ')}) as v(n, status)
       on conflict (environment_id, stream_id, n) do update set status = excluded.status)`,
  ];
  return `with ${parts.join(',\n')}
insert into countersign.idempotency (environment_id, principal, key, request_digest, status, answer, seq, leaf_hash)
select '${environment}', 'svc_1', :n::bigint || '-${version}', leaf_hash, 201, repeat('x', ${answer}), seq, leaf_hash from e;`;
}
