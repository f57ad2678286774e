-- The commit: one autocommitted call writes what has gathered (ENGINE 1-5).
--
-- m_…: one element a member, in the order in which they are to stand in the log. A member without a leaf is a
-- refusal: it checks what it relied on, stores its answer and takes no seq. Children (r_ rows of requests,
-- a_ assignments, t_ timers, k_ business keys, s_ sealed values, w_ rare rows) name their member by its 1-based
-- position; no row carries an environment of its own, and members outside `allowed` get the verdict `environment`.
--
-- Answers one row a member, in order. `reason`:
--   null         committed as `seq`, or (a refusal) its answer is stored
--   replayed     this command stands in the log already, with the same leaf, as `seq`
--   version authority clock batch command    relied on something that has moved: reload, decide again
--   idempotency  the key has an answer; detail: same | other (request)
--   business-key detail: the stream that holds it
--   environment  not allowed, or it does not exist
-- `directory`, `clock`: the revisions of the member's environment after this batch.
--
-- Rows are looked up one by one behind `offset 0`, and written over by `on conflict`: joined to the arrays, a plan that was
-- made while the tables were empty read each of them whole, until the next ANALYZE (a batch of 64 took 60 ms for 6).
--
-- Tried and left: checks in the statement that locks (its snapshot is older than the lock it waited for: an
-- approval landed after its deactivation was acknowledged); one jsonb argument instead of arrays (parsed
-- twice); NOTIFY here (a global lock at commit, four times slower); a lock for each command (1,600/s against
-- 12,800/s for one per batch); all verdicts by one statement with window functions, and `unnest` of ten arrays side by
-- side, each of which is materialized (docs/decisions/0011).
create function countersign.commit(
  allowed text[],
  m_environment text[], m_stream text[], m_kind text[], m_version integer[],
  m_directory bigint[], m_clock bigint[], m_authority boolean[], m_moves_clock boolean[],
  m_command text[], m_leaf bytea[], m_leaf_hash bytea[], m_at timestamptz[], m_correlation text[],
  m_schema integer[], m_state json[],
  m_principal text[], m_key text[], m_digest bytea[], m_status integer[], m_answer text[],
  r_member integer[], r_definition text[], r_digest text[], r_status text[], r_outcome text[],
  r_requester text[], r_submitter text[], r_reference text[], r_due timestamptz[],
  a_member integer[], a_n integer[], a_step text[], a_person text[], a_status text[],
  a_group text[], a_role text[], a_due timestamptz[],
  t_member integer[], t_key text[], t_due timestamptz[],
  k_member integer[], k_kind text[], k_key text[], k_release boolean[],
  s_member integer[], s_item text[], s_owner text[], s_nonce bytea[], s_ciphertext bytea[], s_wrapped bytea[],
  s_context text[],
  w_member integer[], w_rows jsonb[]
) returns table (seq bigint, reason text, detail text, directory bigint, clock bigint)
  language plpgsql volatile security definer
  set search_path = countersign, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  members constant integer := cardinality(m_environment);
  -- By environment, in lock order; moved on as members pass.
  h_environment text[]; h_seq bigint[]; h_directory bigint[]; h_clock bigint[];
  -- By member.
  v_seq bigint[] := array_fill(null::bigint, array[members]);  -- what is answered
  v_fresh bigint[] := v_seq;                                   -- the seq that this call gives
  v_store boolean[] := array_fill(false, array[members]);      -- this call stores its answer
  v_reason text[] := array_fill(null::text, array[members]);
  v_detail text[] := v_reason;
  v_holder text[] := v_reason;                                 -- another stream that has its business key
  -- Members that share with one before them: stream; idempotency key or command; business key.
  same_stream integer[] := '{}'; same_command integer[] := '{}'; same_key integer[] := '{}';
  writes boolean := false; stores boolean := false;
  found record; i integer; h integer; bad text;
begin
  -- Each statement below needs a snapshot of its own, taken after the lock.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'commit() needs read committed' using errcode = '25001';
  end if;
  -- An acknowledged command is on disk, whatever the session says.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  -- (a) Lock, in one order for everybody.
  select array_agg(x.environment_id), array_agg(x.seq), array_agg(x.directory_revision), array_agg(x.clock_revision)
    into h_environment, h_seq, h_directory, h_clock
    from (select * from head
           where environment_id = any (allowed) and environment_id = any (m_environment)
           order by environment_id for update) x;

  -- (b) Check, in a snapshot that sees everything committed before the lock was ours.
  if members > 1 then
    select array_agg(t.o) filter (where t.stream > 1), array_agg(t.o) filter (where t.command > 1 or t.key > 1)
      into same_stream, same_command
      from (select u.o, row_number() over (partition by u.environment, u.stream order by u.o) as stream,
                   case when u.command is not null then
                     row_number() over (partition by u.environment, u.command order by u.o) end as command,
                   case when u.key is not null then
                     row_number() over (partition by u.environment, u.principal, u.key order by u.o) end as key
              from unnest(m_environment, m_stream, m_command, m_principal, m_key) with ordinality
                as u(environment, stream, command, principal, key, o)) t
     where t.stream > 1 or t.command > 1 or t.key > 1;
  end if;
  if cardinality(k_member) > 0 then
    for found in
      select k_member[k] as member, b.stream_id as holder,
             row_number() over (partition by m_environment[k_member[k]], k_kind[k], k_key[k] order by k_member[k]) as nth
        from generate_series(1, cardinality(k_member)) k
        left join lateral (select b.stream_id from business_key b
                            where b.environment_id = m_environment[k_member[k]] and b.kind = k_kind[k] and b.key = k_key[k]
                           offset 0) b on true
       where not k_release[k]
    loop
      i := found.member;
      if found.nth > 1 then same_key := same_key || i; end if;
      if found.holder <> m_stream[i] then v_holder[i] := least(v_holder[i], found.holder); end if;
    end loop;
  end if;
  for found in
    select o, s.version, e.seq, e.leaf_hash, y.request_digest as answered
      from generate_series(1, members) o
      left join lateral (select s.version from stream s
                          where s.environment_id = m_environment[o] and s.stream_id = m_stream[o] offset 0) s on true
      left join lateral (select e.seq, e.leaf_hash from entry e
                          where e.environment_id = m_environment[o] and e.command_id = m_command[o] offset 0) e on true
      left join lateral (select y.request_digest from idempotency y
                          where y.environment_id = m_environment[o] and y.principal = m_principal[o] and y.key = m_key[o]
                         offset 0) y on true
     order by o
  loop
    i := found.o;
    -- A change of the directory that does not move its revision would let decisions slip past it.
    -- A refusal changes nothing.
    if m_kind[i] in ('directory', 'matrix') and not m_authority[i] and m_leaf_hash[i] is not null then
      raise exception 'a directory or matrix stream changes authority' using errcode = '22023';
    end if;
    h := array_position(h_environment, m_environment[i]);
    bad := case
      when h is null then 'environment'
      when found.leaf_hash = m_leaf_hash[i] then 'replayed'
      when found.answered is not null then 'idempotency'
      when found.seq is not null then 'command'
      when coalesce(found.version, 0) <> m_version[i] then 'version'
      -- The first change of authority, or of the clock, bites all that come after it in this batch.
      when m_directory[i] <> h_directory[h] then 'authority'
      when m_clock[i] <> h_clock[h] then 'clock'
      when i = any (same_stream) then 'version'
      when i = any (same_command) then 'batch'
      when v_holder[i] is not null then 'business-key'
      when i = any (same_key) then 'batch'
    end;
    v_reason[i] := bad;
    if bad is null then
      v_store[i] := m_key[i] is not null;
      stores := stores or v_store[i];
      if m_leaf_hash[i] is not null then
        writes := true;
        h_seq[h] := h_seq[h] + 1;
        v_fresh[i] := h_seq[h];
        v_seq[i] := h_seq[h];
        if m_authority[i] then h_directory[h] := h_seq[h]; end if;
        if m_moves_clock[i] then h_clock[h] := h_seq[h]; end if;
      end if;
    elsif bad = 'replayed' then
      v_seq[i] := found.seq;
    elsif bad = 'business-key' then
      v_detail[i] := v_holder[i];
    elsif bad = 'idempotency' then
      v_detail[i] := case when found.answered = m_digest[i] then 'same' else 'other' end;
    end if;
  end loop;

  -- (c) Write what passed. Entries first: their unique constraints are the last net under the checks above.
  if writes then
    insert into entry (environment_id, seq, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash)
    select m_environment[i], v_fresh[i], m_stream[i], m_version[i] + 1, m_command[i], m_authority[i], m_at[i],
           m_correlation[i], m_leaf[i], m_leaf_hash[i]
      from generate_series(1, members) i where v_fresh[i] is not null;

    insert into stream (environment_id, stream_id, kind, version, last_hash, last_at, schema, state, updated_seq)
    select m_environment[i], m_stream[i], m_kind[i], m_version[i] + 1, m_leaf_hash[i], m_at[i], m_schema[i], m_state[i], v_fresh[i]
      from generate_series(1, members) i where v_fresh[i] is not null
    on conflict (environment_id, stream_id) do update
       set version = excluded.version, last_hash = excluded.last_hash, last_at = excluded.last_at,
           schema = excluded.schema, state = excluded.state, updated_seq = excluded.updated_seq;
  end if;

  if cardinality(r_member) > 0 then
    insert into request (environment_id, stream_id, definition, definition_digest, status, outcome, requester, submitter,
                         external_reference, created_seq, created_at, updated_at, due_at)
    select m_environment[r_member[r]], m_stream[r_member[r]], r_definition[r], r_digest[r], r_status[r], r_outcome[r],
           r_requester[r], r_submitter[r], r_reference[r], v_fresh[r_member[r]], m_at[r_member[r]], m_at[r_member[r]], r_due[r]
      from generate_series(1, cardinality(r_member)) r
     where v_fresh[r_member[r]] is not null
    on conflict (environment_id, stream_id) do update
       set status = excluded.status, outcome = excluded.outcome, requester = excluded.requester,
           submitter = excluded.submitter, external_reference = excluded.external_reference,
           updated_at = excluded.updated_at, due_at = excluded.due_at;
  end if;

  if cardinality(a_member) > 0 then
    insert into assignment (environment_id, stream_id, n, step, person, status, via_group, via_role, opened_seq, opened_at, due_at)
    select m_environment[a_member[a]], m_stream[a_member[a]], a_n[a], a_step[a], a_person[a], a_status[a], a_group[a],
           a_role[a], v_fresh[a_member[a]], m_at[a_member[a]], a_due[a]
      from generate_series(1, cardinality(a_member)) a
     where v_fresh[a_member[a]] is not null
    on conflict (environment_id, stream_id, n) do update
       set status = excluded.status, person = excluded.person, via_group = excluded.via_group,
           via_role = excluded.via_role, due_at = excluded.due_at;
  end if;

  if cardinality(t_member) > 0 then
    for t in 1 .. cardinality(t_member) loop
      i := t_member[t];
      continue when t_due[t] is not null or v_fresh[i] is null;
      delete from timer x where x.environment_id = m_environment[i] and x.stream_id = m_stream[i] and x.key = t_key[t];
    end loop;
    insert into timer (environment_id, stream_id, key, due)
    select m_environment[t_member[t]], m_stream[t_member[t]], t_key[t], t_due[t]
      from generate_series(1, cardinality(t_member)) t
     where t_due[t] is not null and v_fresh[t_member[t]] is not null
    on conflict (environment_id, stream_id, key) do update set due = excluded.due;
  end if;

  if cardinality(k_member) > 0 then
    for k in 1 .. cardinality(k_member) loop
      i := k_member[k];
      continue when not k_release[k] or v_fresh[i] is null;
      delete from business_key x
       where x.environment_id = m_environment[i] and x.kind = k_kind[k] and x.key = k_key[k] and x.stream_id = m_stream[i];
    end loop;
    insert into business_key (environment_id, kind, key, stream_id)
    select m_environment[k_member[k]], k_kind[k], k_key[k], m_stream[k_member[k]]
      from generate_series(1, cardinality(k_member)) k
     where not k_release[k] and v_fresh[k_member[k]] is not null
    -- Held by this very stream: the check has refused all others.
    on conflict (environment_id, kind, key) do update set stream_id = excluded.stream_id
      where business_key.stream_id = excluded.stream_id;
  end if;

  if cardinality(s_member) > 0 then
    insert into sealed_value (environment_id, item, owner, stream_id, nonce, ciphertext, wrapped_key, context)
    select m_environment[s_member[s]], s_item[s], s_owner[s], m_stream[s_member[s]], s_nonce[s], s_ciphertext[s],
           s_wrapped[s], s_context[s]
      from generate_series(1, cardinality(s_member)) s
     where v_fresh[s_member[s]] is not null;
  end if;

  for w in 1 .. cardinality(w_member) loop
    i := w_member[w];
    if v_fresh[i] is not null then
      perform apply_writes(m_environment[i], m_stream[i], v_fresh[i], m_at[i], m_authority[i], m_moves_clock[i], w_rows[w]);
    end if;
  end loop;

  if stores then
    insert into idempotency (environment_id, principal, key, request_digest, status, answer, seq, leaf_hash)
    select m_environment[i], m_principal[i], m_key[i], m_digest[i], m_status[i], m_answer[i], v_fresh[i], m_leaf_hash[i]
      from generate_series(1, members) i where v_store[i];
  end if;

  -- (d) Advance.
  if writes then
    for h in 1 .. cardinality(h_environment) loop
      update head x set seq = h_seq[h], directory_revision = h_directory[h], clock_revision = h_clock[h]
       where x.environment_id = h_environment[h];
    end loop;
  end if;

  -- (e) Tell each.
  for i in 1 .. members loop
    h := array_position(h_environment, m_environment[i]);
    seq := v_seq[i]; reason := v_reason[i]; detail := v_detail[i]; directory := h_directory[h]; clock := h_clock[h];
    return next;
  end loop;
end
$$;

do $$
declare signature regprocedure := (select oid from pg_proc where proname = 'commit' and pronamespace = 'countersign'::regnamespace);
begin
  execute format('revoke execute on function %s from public', signature);
  execute format('grant execute on function %s to countersign_app', signature);
end
$$;
