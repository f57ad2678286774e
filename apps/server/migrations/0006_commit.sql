-- The commit: one autocommitted call writes what has gathered (ENGINE 1-5).
--
-- m_…: one element a member, in the order in which they are to stand in the log. A member without a leaf is a
-- refusal: it checks what it relied on, stores its answer and takes no seq. Children (a_ assignments,
-- t_ timers, k_ business keys, s_ sealed values) name their member by its 1-based position; no row carries an
-- environment of its own, and members outside `allowed` get the verdict `environment`.
--
-- Answers one row a member, in order. `reason`:
--   null         committed as `seq`, or (a refusal) its answer is stored
--   replayed     this command stands in the log already, with the same leaf, as `seq`
--   version authority clock batch command    relied on something that has moved: reload, decide again
--   idempotency  the key has an answer; detail: same | other (request)
--   business-key detail: the stream that holds it
--   environment  not allowed, or it does not exist
-- `directory`, `clock`: the head's revisions after this batch.
--
-- Tried and left: checks in the statement that locks (its snapshot is older than the lock it waited for: an
-- approval landed after its deactivation was acknowledged); one jsonb argument instead of arrays (parsed
-- twice); NOTIFY here (a global lock at commit, four times slower); a lock for each command (1,600/s against
-- 12,800/s for one per batch).
--
-- The settings pin index look-ups: with the default ones a plan made while the tables were empty scanned them
-- until the next ANALYZE.
create function countersign.commit(
  allowed text[],
  m_environment text[], m_stream text[], m_kind text[], m_version integer[],
  m_directory bigint[], m_clock bigint[], m_authority boolean[], m_moves_clock boolean[],
  m_command text[], m_leaf bytea[], m_leaf_hash bytea[], m_at timestamptz[], m_correlation text[],
  m_schema integer[], m_state jsonb[], m_request jsonb[], m_writes jsonb[],
  m_principal text[], m_key text[], m_digest bytea[], m_status integer[], m_answer text[],
  a_member integer[], a_n integer[], a_step text[], a_person text[], a_status text[],
  a_group text[], a_role text[], a_due timestamptz[],
  t_member integer[], t_key text[], t_due timestamptz[],
  k_member integer[], k_kind text[], k_key text[], k_release boolean[],
  s_member integer[], s_item text[], s_owner text[], s_nonce bytea[], s_ciphertext bytea[], s_wrapped bytea[],
  s_context text[]
) returns table (seq bigint, reason text, detail text, directory bigint, clock bigint)
  language plpgsql volatile security definer
  set search_path = countersign, pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_bitmapscan = off
  set jit = off
as $$
#variable_conflict use_column
declare
  -- By environment, in lock order.
  h_environment text[]; h_seq bigint[]; h_directory bigint[]; h_clock bigint[];
  -- By member.
  v_seq bigint[];     -- what is answered
  v_fresh bigint[];   -- the seq that this call gives; null for refusals, losers and replays
  v_store boolean[];  -- this call stores the member's answer
  v_reason text[]; v_detail text[];
  i integer;
begin
  -- Each statement below needs a snapshot of its own, taken after the lock.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'commit() needs read committed' using errcode = '25001';
  end if;
  -- A change of the directory that does not move its revision would let decisions slip past it.
  -- A refusal changes nothing.
  if exists (select from unnest(m_kind, m_authority, m_leaf_hash) as t(kind, authority, leaf_hash)
              where t.kind in ('directory', 'matrix') and not t.authority and t.leaf_hash is not null) then
    raise exception 'a directory or matrix stream changes authority' using errcode = '22023';
  end if;
  -- An acknowledged command is on disk, whatever the session says.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  -- (a) Lock, in one order for everybody.
  select array_agg(h.environment_id), array_agg(h.seq), array_agg(h.directory_revision), array_agg(h.clock_revision)
    into h_environment, h_seq, h_directory, h_clock
    from (select * from head
           where environment_id = any (m_environment) and environment_id = any (allowed)
           order by environment_id for update) h;

  -- (b) Check, in a snapshot that sees everything committed before the lock was ours.
  with member as (
    select t.*, array_position(h_environment, t.environment) as h
      from unnest(m_environment, m_stream, m_version, m_directory, m_clock, m_authority, m_moves_clock, m_command,
                  m_leaf_hash, m_principal, m_key, m_digest) with ordinality
        as t(environment, stream, version, directory, clock, authority, moves_clock, command,
             leaf_hash, principal, key, digest, o)
  ), claim as (
    select k.member, k.kind, k.key, m.environment, m.stream,
           row_number() over (partition by m.environment, k.kind, k.key order by k.member) as nth
      from unnest(k_member, k_kind, k_key, k_release) as k(member, kind, key, release)
      join member m on m.o = k.member
     where not k.release
  ), held as (
    select c.member, bool_or(c.nth > 1) as twice,
           min(b.stream_id) filter (where b.stream_id <> c.stream) as holder
      from claim c
      left join business_key b on b.environment_id = c.environment and b.kind = c.kind and b.key = c.key
     group by c.member
  ), checked as (
    select m.*, e.seq as logged, b.holder, i.request_digest as answered,
           case
             when m.h is null then 'environment'
             when e.leaf_hash = m.leaf_hash then 'replayed'
             when i.request_digest is not null then 'idempotency'
             when e.seq is not null then 'command'
             when coalesce(s.version, 0) <> m.version then 'version'
             when m.directory <> h_directory[m.h] then 'authority'
             when m.clock <> h_clock[m.h] then 'clock'
             when row_number() over (partition by m.environment, m.stream order by m.o) > 1 then 'version'
             when m.key is not null
              and row_number() over (partition by m.environment, m.principal, m.key order by m.o) > 1 then 'batch'
             when m.command is not null
              and row_number() over (partition by m.environment, m.command order by m.o) > 1 then 'batch'
             when b.holder is not null then 'business-key'
             when b.twice then 'batch'
           end as bad
      from member m
      left join lateral (select e.seq, e.leaf_hash from entry e
                          where e.environment_id = m.environment and e.command_id = m.command) e on true
      left join lateral (select i.request_digest from idempotency i
                          where i.environment_id = m.environment and i.principal = m.principal and i.key = m.key) i on true
      left join lateral (select s.version from stream s
                          where s.environment_id = m.environment and s.stream_id = m.stream) s on true
      left join held b on b.member = m.o
  ), after_authority as (
    -- Of those that pass, the first change of authority bites all that come after it in this batch.
    select c.*, coalesce(c.bad, case when c.directory is not null and c.o >
             min(c.o) filter (where c.bad is null and c.authority) over (partition by c.environment)
             then 'authority' end) as bad2
      from checked c
  ), after_clock as (
    select a.*, coalesce(a.bad2, case when a.clock is not null and a.o >
             min(a.o) filter (where a.bad2 is null and a.moves_clock) over (partition by a.environment)
             then 'clock' end) as bad3
      from after_authority a
  ), verdict as (
    select a.*, case when a.bad3 is null and a.leaf_hash is not null then
             h_seq[a.h] + count(*) filter (where a.bad3 is null and a.leaf_hash is not null)
               over (partition by a.environment order by a.o) end as fresh
      from after_clock a
  )
  select array_agg(coalesce(v.fresh, case when v.bad3 = 'replayed' then v.logged end) order by v.o),
         array_agg(v.fresh order by v.o),
         array_agg(v.bad3 is null and v.key is not null order by v.o),
         array_agg(v.bad3 order by v.o),
         array_agg(case v.bad3 when 'business-key' then v.holder
                               when 'idempotency' then case when v.answered = v.digest then 'same' else 'other' end end
                   order by v.o)
    into v_seq, v_fresh, v_store, v_reason, v_detail
    from verdict v;

  -- (c) Write what passed. Entries first: their unique constraints are the last net under the checks above.
  insert into entry (environment_id, seq, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash)
  select t.environment, t.fresh, t.stream, t.version + 1, t.command, t.authority, t.at, t.correlation, t.leaf, t.leaf_hash
    from unnest(v_fresh, m_environment, m_stream, m_version, m_command, m_authority, m_at, m_correlation, m_leaf, m_leaf_hash)
      as t(fresh, environment, stream, version, command, authority, at, correlation, leaf, leaf_hash)
   where t.fresh is not null;

  insert into stream (environment_id, stream_id, kind, version, last_hash, last_at, schema, state, updated_seq)
  select t.environment, t.stream, t.kind, t.version + 1, t.leaf_hash, t.at, t.schema, t.state, t.fresh
    from unnest(v_fresh, m_environment, m_stream, m_kind, m_version, m_leaf_hash, m_at, m_schema, m_state)
      as t(fresh, environment, stream, kind, version, leaf_hash, at, schema, state)
   where t.fresh is not null
  on conflict (environment_id, stream_id) do update
     set version = excluded.version, last_hash = excluded.last_hash, last_at = excluded.last_at,
         schema = excluded.schema, state = excluded.state, updated_seq = excluded.updated_seq;

  insert into request (environment_id, stream_id, definition, definition_digest, status, outcome, requester, submitter,
                       external_reference, created_seq, created_at, updated_at, due_at)
  select t.environment, t.stream, r.definition, r.definition_digest, r.status, r.outcome, r.requester, r.submitter,
         r.external_reference, t.fresh, t.at, t.at, r.due_at
    from unnest(v_fresh, m_environment, m_stream, m_at, m_request) as t(fresh, environment, stream, at, request),
         jsonb_to_record(t.request) as r(definition text, definition_digest text, status text, outcome text,
           requester text, submitter text, external_reference text, due_at timestamptz)
   where t.fresh is not null and t.request is not null
  on conflict (environment_id, stream_id) do update
     set status = excluded.status, outcome = excluded.outcome, requester = excluded.requester,
         submitter = excluded.submitter, external_reference = excluded.external_reference,
         updated_at = excluded.updated_at, due_at = excluded.due_at;

  insert into assignment (environment_id, stream_id, n, step, person, status, via_group, via_role, opened_seq, opened_at, due_at)
  select m_environment[t.member], m_stream[t.member], t.n, t.step, t.person, t.status, t.via_group, t.via_role,
         v_fresh[t.member], m_at[t.member], t.due
    from unnest(a_member, a_n, a_step, a_person, a_status, a_group, a_role, a_due)
      as t(member, n, step, person, status, via_group, via_role, due)
   where v_fresh[t.member] is not null
  on conflict (environment_id, stream_id, n) do update
     set status = excluded.status, person = excluded.person, via_group = excluded.via_group,
         via_role = excluded.via_role, due_at = excluded.due_at;

  if cardinality(t_member) > 0 then
    delete from timer x using unnest(t_member, t_key, t_due) as t(member, key, due)
     where t.due is null and v_fresh[t.member] is not null
       and x.environment_id = m_environment[t.member] and x.stream_id = m_stream[t.member] and x.key = t.key;
    insert into timer (environment_id, stream_id, key, due)
    select m_environment[t.member], m_stream[t.member], t.key, t.due
      from unnest(t_member, t_key, t_due) as t(member, key, due)
     where t.due is not null and v_fresh[t.member] is not null
    on conflict (environment_id, stream_id, key) do update set due = excluded.due;
  end if;

  if cardinality(k_member) > 0 then
    delete from business_key x using unnest(k_member, k_kind, k_key, k_release) as k(member, kind, key, release)
     where k.release and v_fresh[k.member] is not null and x.environment_id = m_environment[k.member]
       and x.kind = k.kind and x.key = k.key and x.stream_id = m_stream[k.member];
    insert into business_key (environment_id, kind, key, stream_id)
    select m_environment[k.member], k.kind, k.key, m_stream[k.member]
      from unnest(k_member, k_kind, k_key, k_release) as k(member, kind, key, release)
     where not k.release and v_fresh[k.member] is not null
    -- Held by this very stream: the check has refused all others.
    on conflict (environment_id, kind, key) do update set stream_id = excluded.stream_id
      where business_key.stream_id = excluded.stream_id;
  end if;

  if cardinality(s_member) > 0 then
    insert into sealed_value (environment_id, item, owner, stream_id, nonce, ciphertext, wrapped_key, context)
    select m_environment[s.member], s.item, s.owner, m_stream[s.member], s.nonce, s.ciphertext, s.wrapped, s.context
      from unnest(s_member, s_item, s_owner, s_nonce, s_ciphertext, s_wrapped, s_context)
        as s(member, item, owner, nonce, ciphertext, wrapped, context)
     where v_fresh[s.member] is not null;
  end if;

  for i in select w.o from unnest(m_writes) with ordinality as w(writes, o) where w.writes is not null order by w.o loop
    if v_fresh[i] is not null then
      perform apply_writes(m_environment[i], m_stream[i], v_fresh[i], m_at[i], m_authority[i], m_moves_clock[i], m_writes[i]);
    end if;
  end loop;

  insert into idempotency (environment_id, principal, key, request_digest, status, answer, seq, leaf_hash)
  select t.environment, t.principal, t.key, t.digest, t.status, t.answer, t.fresh, t.leaf_hash
    from unnest(v_store, v_fresh, m_environment, m_principal, m_key, m_digest, m_status, m_answer, m_leaf_hash)
      as t(store, fresh, environment, principal, key, digest, status, answer, leaf_hash)
   where t.store;

  -- (d) Advance.
  update head x
     set seq = n.seq, directory_revision = coalesce(n.directory, x.directory_revision),
         clock_revision = coalesce(n.clock, x.clock_revision)
    from (select t.environment, max(t.fresh) as seq, max(t.fresh) filter (where t.authority) as directory,
                 max(t.fresh) filter (where t.moves_clock) as clock
            from unnest(v_fresh, m_environment, m_authority, m_moves_clock) as t(fresh, environment, authority, moves_clock)
           where t.fresh is not null group by t.environment) n
   where x.environment_id = n.environment;

  -- (e) Tell each.
  return query
    select v.seq, v.reason, v.detail, x.directory_revision, x.clock_revision
      from unnest(v_seq, v_reason, v_detail, m_environment) with ordinality as v(seq, reason, detail, environment, o)
      left join head x on x.environment_id = v.environment and x.environment_id = any (allowed)
     order by v.o;
end
$$;

do $$
declare signature regprocedure := (select oid from pg_proc where proname = 'commit' and pronamespace = 'countersign'::regnamespace);
begin
  execute format('revoke execute on function %s from public', signature);
  execute format('grant execute on function %s to countersign_app', signature);
end
$$;
