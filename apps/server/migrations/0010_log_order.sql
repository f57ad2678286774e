-- What follows the log reads what is new, and nothing else (docs/decisions/0034).

-- The words of one stream together: what a new revision takes away, and whether one request has a word. An index by
-- stream was a second entry for each word.
create table countersign.search_text (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  tokens text[] collate "C" not null,
  primary key (environment_id, stream_id)
);
select countersign.guard_table('countersign.search_text');

insert into countersign.search_text (environment_id, stream_id, tokens)
select t.environment_id, t.stream_id, array_agg(t.token order by t.token)
  from countersign.search_token t group by t.environment_id, t.stream_id;
drop index countersign.search_token_by_stream;

-- Replaces the words of each of these streams: words[i] is one of streams[owners[i]]. Only what is new is inserted, and
-- without `on conflict`, which looks for each row before it writes it: two processes that write the words of one
-- stream at once are told so by the key, and the second comes again.
create function countersign.index_words(environment_ text, streams text[], owners integer[], words text[]) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
declare old_streams text[]; old_words text[]; gone record;
begin
  perform assert_environment(environment_);
  select array_agg(o.stream_id), array_agg(w.token) into old_streams, old_words
    from unnest(streams) as s(stream)
   cross join lateral (select x.stream_id, x.tokens from search_text x
                        where x.environment_id = environment_ and x.stream_id = s.stream offset 0) o
   cross join lateral unnest(o.tokens) as w(token);
  for gone in
    select stream, word from unnest(old_streams, old_words) as o(stream, word)
    except
    select streams[owners[i]], words[i] from generate_subscripts(words, 1) i
  loop
    delete from search_token t
     where t.environment_id = environment_ and t.token = gone.word and t.stream_id = gone.stream;
  end loop;
  -- In the order of the index: neighbours are written together.
  insert into search_token (environment_id, token, stream_id)
  select environment_, n.word, n.stream
    from (select words[i] as word, streams[owners[i]] as stream from generate_subscripts(words, 1) i
          except
          select word, stream from unnest(old_streams, old_words) as o(stream, word)) n
   order by n.word, n.stream;
  insert into search_text (environment_id, stream_id, tokens)
  select environment_, streams[s], coalesce(g.tokens, '{}')
    from generate_subscripts(streams, 1) s
    left join (select owners[i] as owner, array_agg(words[i]) as tokens from generate_subscripts(words, 1) i group by 1) g
      on g.owner = s
  on conflict (environment_id, stream_id) do update set tokens = excluded.tokens;
end
$$;

-- A process of the version before, while it is replaced.
create or replace function countersign.index_words(environment_ text, stream_ text, tokens text[]) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
begin
  perform assert_environment(environment_);
  perform index_words(environment_, array[stream_], array_fill(1, array[cardinality(tokens)]),
                      array(select distinct w from unnest(tokens) as w));
end
$$;

-- Across environments: where a reader has something to read. Ids and positions only.
create or replace function countersign.unread(reader_ text)
  returns table (environment_id text, seq bigint, "position" bigint)
  language plpgsql stable security definer set search_path = countersign, pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  -- Not in SQL, which would be planned with each call: it is asked ten times a second.
  return query
  select h.environment_id, h.seq, coalesce(p.seq, 0)
    from head h left join reader_position p on p.environment_id = h.environment_id and p.reader = reader_
   where h.seq > coalesce(p.seq, 0)
   order by h.environment_id;
end
$$;

-- A tile only grows, and what it holds never changes.
create or replace function countersign.store_tiles(
  environment_ text, levels smallint[], indexes bigint[], widths smallint[], hashes_ bytea[]
) returns void
  language plpgsql security definer set search_path = countersign, pg_catalog, pg_temp as $$
begin
  perform assert_environment(environment_);
  if exists (
    select from unnest(levels, indexes, hashes_) as n(level, index, hashes)
     cross join lateral (select x.hashes from tile x
                          where x.environment_id = environment_ and x.level = n.level and x.index = n.index offset 0) t
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

revoke execute on function countersign.index_words(text, text[], integer[], text[]) from public;
grant execute on function countersign.index_words(text, text[], integer[], text[]) to countersign_app;
