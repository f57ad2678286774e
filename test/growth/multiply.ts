import pg from 'pg';

/** What is in the database already, made by real calls, and is multiplied: one closed request and one that waits. */
export type Patterns = {
  readonly environment: string;
  readonly closed: string;
  readonly open: string;
  /** Who was asked in them; the copies ask `people` in turn. */
  readonly person: string;
  readonly people: readonly string[];
};

export type Multiplied = {
  readonly requests: number;
  readonly entries: number;
};

/** Every so many stays open; the rest are closed, as in a database that has been used for years. */
const OPEN = 50;
/** Only these have stored answers: keys live seven days. */
const ANSWERED = 20;
const CHUNK = 20_000;

const idOf = (n: string): string => `'req_01900000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0')`;

/**
 * Rows of `count` requests, as commands would have left them: entries, states, projections, words, answers. The leaves
 * are copies with another id, so that the log cannot be verified; everything that is looked up is there.
 * To be done while no server runs.
 * @param ownerUrl the database's owner
 */
export async function multiply(
  ownerUrl: string,
  patterns: Patterns,
  count: number,
  tell: (line: string) => void = () => undefined,
): Promise<Multiplied> {
  const { environment, closed, open, person, people } = patterns;
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const run = (text: string, values: readonly unknown[] = []) => client.query(text, [...values]);
  try {
    await run(`set synchronous_commit = off`);
    const head = async () =>
      Number(
        (await run('select seq from countersign.head where environment_id = $1', [environment])).rows[0].seq,
      );
    const before = await head();
    await run(
      `create temp table pattern as
       select s.stream_id = $3 as open, s.stream_id, s.version, s.state::text as state, s.last_hash, s.last_at, s.schema
         from countersign.stream s where s.environment_id = $1 and s.stream_id in ($2, $3)`,
      [environment, closed, open],
    );
    await run(
      `create temp table pattern_entry as
       select e.stream_id = $3 as open, e.stream_id, e.version, e.at, e.correlation, convert_from(e.leaf, 'UTF8') as leaf
         from countersign.entry e where e.environment_id = $1 and e.stream_id in ($2, $3)`,
      [environment, closed, open],
    );
    // Those of copies have no seq, and so are not taken for patterns the next time.
    await run(
      `create temp table pattern_answer as
       select e.stream_id = $3 as open, i.principal, i.key, i.request_digest, i.status, i.answer
         from countersign.entry e
         join countersign.idempotency i on i.environment_id = $1 and i.seq = e.seq
        where e.environment_id = $1 and e.stream_id in ($2, $3)`,
      [environment, closed, open],
    );
    const have = Number(
      (await run(`select count(*) from countersign.request where stream_id < 'req_01900000-0000-7000-8001'`))
        .rows[0].count,
    );
    for (let from = have; from < have + count; from += CHUNK) {
      const to = Math.min(from + CHUNK, have + count) - 1;
      await run('begin');
      await run(
        `create temp table copy on commit drop as
         select n, ${idOf('n')} as id, n % $3 = 0 as open, ($4::text[])[1 + n / $3 % cardinality($4::text[])] as person
           from generate_series($1::bigint, $2::bigint) n`,
        [from, to, OPEN, people],
      );
      await run(
        `insert into countersign.entry (environment_id, seq, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash)
         select $1, $2 + row_number() over (order by c.n, p.version), c.id, p.version,
                'cmd_01900000-0000-7000-8000-' || lpad(to_hex(c.n * 8 + p.version), 12, '0'), false, p.at, p.correlation,
                b, sha256('\\x00'::bytea || b)
           from copy c join pattern_entry p on p.open = c.open
          cross join lateral (select convert_to(replace(p.leaf, p.stream_id, c.id), 'UTF8') offset 0) as x(b)`,
        [environment, await head()],
      );
      await run(
        `update countersign.head set seq = (select max(seq) from countersign.entry where environment_id = $1)
          where environment_id = $1`,
        [environment],
      );
      await run(
        `insert into countersign.stream (environment_id, stream_id, kind, version, last_hash, last_at, schema, state, updated_seq)
         select $1, c.id, 'request', p.version, p.last_hash, p.last_at, p.schema,
                replace(replace(replace(p.state, p.stream_id, c.id), $2, c.person), 'PATTERN', 'N' || c.n)::json,
                (select seq from countersign.entry e where e.environment_id = $1 and e.stream_id = c.id and e.version = p.version)
           from copy c join pattern p on p.open = c.open`,
        [environment, person],
      );
      await run(
        `insert into countersign.request (environment_id, stream_id, definition, definition_digest, status, outcome, requester,
                                          submitter, external_reference, created_seq, created_at, updated_at, due_at)
         select $1, c.id, r.definition, r.definition_digest, r.status, r.outcome, r.requester, r.submitter,
                replace(r.external_reference, 'PATTERN', 'N' || c.n),
                (select seq from countersign.entry e where e.environment_id = $1 and e.stream_id = c.id and e.version = 1),
                r.created_at, r.updated_at, r.due_at
           from copy c join pattern p on p.open = c.open
           join countersign.request r on r.environment_id = $1 and r.stream_id = p.stream_id`,
        [environment],
      );
      await run(
        `insert into countersign.assignment (environment_id, stream_id, n, step, person, status, via_group, via_role, opened_seq, opened_at, due_at)
         select $1, c.id, a.n, a.step, case a.person when $2 then c.person else a.person end, a.status, a.via_group, a.via_role,
                (select seq from countersign.entry e where e.environment_id = $1 and e.stream_id = c.id and e.version = 1), a.opened_at, a.due_at
           from copy c join pattern p on p.open = c.open
           join countersign.assignment a on a.environment_id = $1 and a.stream_id = p.stream_id`,
        [environment, person],
      );
      await run(
        `insert into countersign.search_text (environment_id, stream_id, tokens)
         select $1, c.id, array(select replace(w, 'pattern', 'n' || c.n) from unnest(t.tokens) w)
           from copy c join pattern p on p.open = c.open
           join countersign.search_text t on t.environment_id = $1 and t.stream_id = p.stream_id`,
        [environment],
      );
      await run(
        `insert into countersign.search_token (environment_id, token, stream_id)
         select $1, w, t.stream_id from copy c
           join countersign.search_text t on t.environment_id = $1 and t.stream_id = c.id
          cross join lateral unnest(t.tokens) as w
          order by w, t.stream_id`,
        [environment],
      );
      await run(
        `insert into countersign.idempotency (environment_id, principal, key, request_digest, status, answer, seq, leaf_hash)
         select $1, p.principal, p.key || '-' || c.n, p.request_digest, p.status, p.answer, null, null
           from copy c join pattern_answer p on p.open = c.open
          where c.n % $2 = 0`,
        [environment, ANSWERED],
      );
      await run(
        `insert into countersign.business_key (environment_id, kind, key, stream_id)
         select k.environment_id, k.kind, replace(k.key, 'PATTERN', 'N' || c.n), c.id
           from copy c join pattern p on p.open = c.open
           join countersign.business_key k on k.environment_id = $1 and k.stream_id = p.stream_id
          where c.open`,
        [environment],
      );
      await run('commit');
      tell(`${to + 1 - have} of ${count} requests`);
    }
    // The readers have seen them; the tree is built by whoever asks for a proof.
    await run(
      `update countersign.reader_position p set seq = h.seq from countersign.head h
        where h.environment_id = p.environment_id and p.environment_id = $1 and p.reader <> 'tree'`,
      [environment],
    );
    return { requests: count, entries: (await head()) - before };
  } finally {
    await client.end();
  }
}
