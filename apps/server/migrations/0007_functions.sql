-- The other functions of the application's role. Those that write for one environment demand that the session
-- stands in it (setting countersign.environment), so a wrong argument cannot reach another tenant. The few that
-- look across environments by need say so, and a test lists them.

create function countersign.assert_environment(environment_ text) returns void
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if environment_ is distinct from current_setting('countersign.environment', true) then
    raise exception 'the session is not in environment %', environment_ using errcode = '42501';
  end if;
end
$$;

-- Across environments: creates one.
create function countersign.create_environment(
  organization_ text, organization_name text, environment_ text, kind_ text, name_ text, log_origin_ text,
  clock_mode_ text default 'wall', clock_at_ timestamptz default null, clock_offset_ms_ bigint default null,
  seed_ text default null
) returns void
  language sql security definer set search_path = countersign, pg_catalog, pg_temp as $$
  insert into organization (organization_id, name) values (organization_, organization_name) on conflict do nothing;
  insert into environment (environment_id, organization_id, kind, name, clock_mode, clock_at, clock_offset_ms, seed, log_origin)
  values (environment_, organization_, kind_, name_, clock_mode_, clock_at_, clock_offset_ms_, seed_, log_origin_);
  insert into head (environment_id) values (environment_);
$$;

-- Across environments: a token is presented before its environment is known. A hash finds one key or none.
create function countersign.find_api_key(token_hash_ bytea)
  returns table (environment_id text, api_key text, service text, scopes text[], environments text[], object_types text[])
  language sql stable security definer set search_path = countersign, pg_catalog, pg_temp as $$
  select k.environment_id, k.api_key, k.service, k.scopes, k.environments, k.object_types
    from api_key k join service_account s using (environment_id, service)
   where k.token_hash = token_hash_ and k.revoked_seq is null and s.disabled_seq is null
     and (k.expires_at is null or k.expires_at > clock_timestamp());
$$;

-- Across environments: where a reader has something to read. Ids and positions only.
create function countersign.unread(reader_ text)
  returns table (environment_id text, seq bigint, "position" bigint)
  language sql stable security definer set search_path = countersign, pg_catalog, pg_temp as $$
  select h.environment_id, h.seq, coalesce(p.seq, 0)
    from head h left join reader_position p on p.environment_id = h.environment_id and p.reader = reader_
   where h.seq > coalesce(p.seq, 0)
   order by h.environment_id;
$$;

-- Across environments: the timers that are due by their own environment's clock, the longest due first.
create function countersign.due_timers(limit_ integer)
  returns table (environment_id text, stream_id text, key text, due timestamptz)
  language sql stable security definer set search_path = countersign, pg_catalog, pg_temp as $$
  select t.environment_id, t.stream_id, t.key, t.due
    from environment e
   cross join lateral (
     select * from timer t
      where t.environment_id = e.environment_id
        and t.due <= case e.clock_mode when 'frozen' then e.clock_at
              else now() + coalesce(e.clock_offset_ms, 0) * interval '1 millisecond' end
      order by t.due limit limit_) t
   order by t.due limit limit_;
$$;

-- Across environments: the published seven days (ENGINE 5) hold even for a careless caller.
create function countersign.expire_idempotency(before_ timestamptz, limit_ integer) returns bigint
  language sql security definer set search_path = countersign, pg_catalog, pg_temp as $$
  with gone as (
    delete from idempotency i using (
      select x.environment_id, x.principal, x.key from idempotency x join environment e using (environment_id)
       where x.created_at < least(before_, clock_timestamp() - interval '7 days') limit limit_) old
     where i.environment_id = old.environment_id and i.principal = old.principal and i.key = old.key
    returning 1)
  select count(*) from gone;
$$;

-- Erases what an owner's key opens. The erasure itself is a command with an entry; this purges its rows.
create function countersign.erase_owner(environment_ text, owner_ text) returns bigint
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
declare erased bigint;
begin
  perform assert_environment(environment_);
  delete from sealed_value where environment_id = environment_ and owner = owner_;
  get diagnostics erased = row_count;
  update person set email_index = null, user_name_index = null
   where environment_id = environment_ and person = owner_ and (email_index is not null or user_name_index is not null);
  return erased;
end
$$;

create function countersign.advance_reader(environment_ text, reader_ text, seq_ bigint) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
begin
  perform assert_environment(environment_);
  insert into reader_position (environment_id, reader, seq) values (environment_, reader_, seq_)
  on conflict (environment_id, reader) do update set seq = greatest(reader_position.seq, excluded.seq);
end
$$;

create function countersign.set_aside(environment_ text, reader_ text, seq_ bigint, error_ text) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
begin
  perform assert_environment(environment_);
  insert into poison (environment_id, reader, seq, error) values (environment_, reader_, seq_, error_)
  on conflict (environment_id, reader, seq) do update set error = excluded.error;
end
$$;

-- Across environments: how much each reader has set aside. Counts only.
create function countersign.set_aside_counts()
  returns table (environment_id text, reader text, entries bigint)
  language sql stable security definer set search_path = countersign, pg_catalog, pg_temp as $$
  select p.environment_id, p.reader, count(*) from poison p group by p.environment_id, p.reader order by 1, 2;
$$;

-- A tile only grows, and what it holds never changes.
create function countersign.store_tiles(
  environment_ text, levels smallint[], indexes bigint[], widths smallint[], hashes_ bytea[]
) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
begin
  perform assert_environment(environment_);
  if exists (
    select from unnest(levels, indexes, hashes_) as n(level, index, hashes)
      join tile t on t.environment_id = environment_ and t.level = n.level and t.index = n.index
     where substring(n.hashes from 1 for least(length(n.hashes), length(t.hashes)))
        <> substring(t.hashes from 1 for least(length(n.hashes), length(t.hashes)))) then
    raise exception 'a tile of % would change', environment_ using errcode = '23514';
  end if;
  insert into tile (environment_id, level, index, width, hashes)
  select environment_, n.level, n.index, n.width, n.hashes
    from unnest(levels, indexes, widths, hashes_) as n(level, index, width, hashes)
  on conflict (environment_id, level, index) do update set width = excluded.width, hashes = excluded.hashes
    where tile.width < excluded.width;
end
$$;

-- Never smaller than the last, never a second root for one size (ENGINE 10), never beyond the log.
create function countersign.store_checkpoint(environment_ text, size_ bigint, root_ bytea, note_ text) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
declare last checkpoint;
begin
  perform assert_environment(environment_);
  -- One at a time for an environment, else two could each find the other absent.
  perform pg_advisory_xact_lock(hashtextextended('countersign.checkpoint ' || environment_, 0));
  select * into last from checkpoint c where c.environment_id = environment_ order by c.size desc limit 1;
  if size_ < last.size or (size_ = last.size and root_ <> last.root)
    or size_ > (select h.seq from head h where h.environment_id = environment_) then
    raise exception 'checkpoint % of % contradicts the log', size_, environment_ using errcode = '23514';
  end if;
  insert into checkpoint (environment_id, size, root, note) values (environment_, size_, root_, note_)
  on conflict do nothing;
end
$$;

-- Replaces the words of one stream.
create function countersign.index_words(environment_ text, stream_ text, tokens text[]) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
begin
  perform assert_environment(environment_);
  delete from search_token s
   where s.environment_id = environment_ and s.stream_id = stream_ and s.token <> all (tokens);
  insert into search_token (environment_id, token, stream_id)
  select distinct environment_, w, stream_ from unnest(tokens) as w
  on conflict do nothing;
end
$$;

do $$
declare f regprocedure;
begin
  for f in select oid from pg_proc where pronamespace = 'countersign'::regnamespace
            and proname not in ('guard_table', 'refuse_rewrite', 'append_only', 'commit', 'apply_writes') loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to countersign_app', f);
  end loop;
end
$$;
