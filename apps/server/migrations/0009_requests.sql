-- Requests that only some may know of, whatever their scope: drafts, and confidential ones. A list asks here with each
-- row, so the row is there only while it is needed.
create table countersign.restricted (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  draft boolean not null,
  confidential boolean not null check (draft or confidential),
  -- Users and service accounts.
  participants text[] collate "C" not null,
  primary key (environment_id, stream_id)
);
select countersign.guard_table('countersign.restricted');

insert into countersign.restricted (environment_id, stream_id, draft, confidential, participants)
select r.environment_id, r.stream_id, true, false, array[r.requester, r.submitter]
  from countersign.request r
  join countersign.stream s on s.environment_id = r.environment_id and s.stream_id = r.stream_id
 where s.state->>'submittedAt' is null;

-- A draft holds no business key until it is submitted.
delete from countersign.business_key k using countersign.restricted d
 where k.environment_id = d.environment_id and k.stream_id = d.stream_id;

-- Stated when a request is filed, and for ever: from the new one to one that was there before, so no circle is possible.
create table countersign.request_link (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('amends', 'reverses', 'splits', 'child_of')),
  target text collate "C" not null,
  created_seq bigint not null,
  primary key (environment_id, stream_id, target, kind),
  foreign key (environment_id, target) references countersign.request
);
create index request_link_by_target on countersign.request_link (environment_id, target, created_seq);
select countersign.guard_table('countersign.request_link');

-- Rare rows of a member's entry, dispatched by static statements: {"<table>": [row, …], …}.
-- The environment and seq of each row are the member's; what the JSON says of them is not read. An unknown
-- table, or a change of authority or clock in a member that does not say so, is class 22: the culprit alone
-- is refused. Called by commit() only.
create or replace function countersign.apply_writes(
  environment_ text, stream_ text, seq_ bigint, at_ timestamptz, authority_ boolean, moves_clock_ boolean, writes jsonb
) returns void
  language plpgsql set search_path = countersign, pg_catalog, pg_temp as $$
declare
  -- Referenced tables first: jsonb keeps its keys in an order of its own.
  tables_ constant text[] := array['service_account', 'document', 'collective'];
  table_ text;
  rows_ jsonb;
  kind_ text;
  name_ text;
  person_ text;
begin
  for table_, rows_ in
    select w.key, w.value from jsonb_each(writes) w order by array_position(tables_, w.key), w.key
  loop
    -- A key that is taken away, too: what was decided under it must not commit after that was acknowledged.
    if table_ in ('person', 'collective', 'membership', 'delegation', 'delegation_revoked', 'matrix_version',
                  'api_key_revoked', 'service_account_disabled')
      and not authority_ then
      raise exception 'writes to % without a change of authority', table_ using errcode = '22023';
    end if;
    if table_ = 'clock' and not moves_clock_ then
      raise exception 'writes to % without a change of the clock', table_ using errcode = '22023';
    end if;

    case table_
    when 'definition_version' then
      insert into definition_version (environment_id, definition, version, digest, canonical, source, published_seq)
      select environment_, r.definition, r.version, r.digest, r.canonical, r.source, seq_
        from jsonb_to_recordset(rows_) as r(definition text, version integer, digest text, canonical text, source text);

    when 'matrix_version' then
      insert into matrix_version (environment_id, matrix, version, digest, effective_from, canonical, source, published_seq)
      select environment_, r.matrix, r.version, r.digest, r.effective_from, r.canonical, r.source, seq_
        from jsonb_to_recordset(rows_)
          as r(matrix text, version integer, digest text, effective_from timestamptz, canonical text, source text);

    when 'person' then
      -- Row by row: joined, the planner takes a set of JSON rows for 100 and compares all with all (10,000
      -- members left a group in 50 s under the head's lock; row by row, in half a second).
      for name_ in select r.person from jsonb_to_recordset(rows_) as r(person text) loop
        update person p set recorded_until = seq_
         where p.environment_id = environment_ and p.person = name_ and p.recorded_until is null;
      end loop;
      insert into person (environment_id, person, recorded_from, valid_from, valid_until, active, manager, name, email, email_index,
                          user_name, user_name_index)
      select environment_, r.person, seq_, coalesce(r.valid_from, at_), r.valid_until, r.active, r.manager, r.name, r.email,
             decode(r.email_index, 'hex'), r.user_name, decode(r.user_name_index, 'hex')
        from jsonb_to_recordset(rows_)
          as r(person text, valid_from timestamptz, valid_until timestamptz, active boolean, manager text,
               name jsonb, email jsonb, email_index text, user_name jsonb, user_name_index text);

    when 'collective' then
      insert into collective (environment_id, kind, name, recorded_from)
      select environment_, r.kind, r.name, seq_
        from jsonb_to_recordset(rows_) as r(kind text, name text)
      on conflict do nothing;

    when 'membership' then
      -- {"remove": true} ends a membership; otherwise one begins unless it already holds.
      for kind_, name_, person_ in
        select r.kind, r.name, r.person
          from jsonb_to_recordset(rows_) as r(kind text, name text, person text, remove boolean) where r.remove
      loop
        update membership m set recorded_until = seq_
         where m.environment_id = environment_ and m.kind = kind_ and m.name = name_
           and m.person = person_ and m.recorded_until is null;
      end loop;
      insert into membership (environment_id, kind, name, person, recorded_from, valid_from, valid_until)
      select environment_, r.kind, r.name, r.person, seq_, coalesce(r.valid_from, at_), r.valid_until
        from jsonb_to_recordset(rows_)
          as r(kind text, name text, person text, valid_from timestamptz, valid_until timestamptz, remove boolean)
       where r.remove is not true
      on conflict (environment_id, kind, name, person) where recorded_until is null do nothing;

    when 'delegation' then
      insert into delegation (environment_id, delegation, delegator, delegate, recorded_from, valid_from, valid_until, terms)
      select environment_, r.delegation, r.delegator, r.delegate, seq_, r.valid_from, r.valid_until, r.terms
        from jsonb_to_recordset(rows_)
          as r(delegation text, delegator text, delegate text, valid_from timestamptz, valid_until timestamptz, terms jsonb);

    when 'delegation_revoked' then
      update delegation d set recorded_until = seq_
        from jsonb_to_recordset(rows_) as r(delegation text)
       where d.environment_id = environment_ and d.delegation = r.delegation and d.recorded_until is null;

    when 'document' then
      insert into document (environment_id, document, created_seq)
      select environment_, r.document, seq_ from jsonb_to_recordset(rows_) as r(document text);

    when 'document_version' then
      insert into document_version (environment_id, document, version, sha256, size, media_type, file_name, created_seq, created_at)
      select environment_, r.document, r.version, r.sha256, r.size, r.media_type, r.file_name, seq_, at_
        from jsonb_to_recordset(rows_)
          as r(document text, version integer, sha256 text, size bigint, media_type text, file_name jsonb);

    when 'service_account' then
      insert into service_account (environment_id, service, name, created_seq)
      select environment_, r.service, r.name, seq_ from jsonb_to_recordset(rows_) as r(service text, name text);

    when 'service_account_disabled' then
      update service_account s set disabled_seq = seq_
        from jsonb_to_recordset(rows_) as r(service text)
       where s.environment_id = environment_ and s.service = r.service and s.disabled_seq is null;

    when 'api_key' then
      insert into api_key (environment_id, api_key, service, token_hash, scopes, environments, object_types, expires_at, created_seq)
      select environment_, r.api_key, r.service, decode(r.token_hash, 'hex'), r.scopes, r.environments, r.object_types,
             r.expires_at, seq_
        from jsonb_to_recordset(rows_)
          as r(api_key text, service text, token_hash text, scopes text[], environments text[], object_types text[],
               expires_at timestamptz);

    when 'api_key_revoked' then
      update api_key k set revoked_seq = seq_
        from jsonb_to_recordset(rows_) as r(api_key text)
       where k.environment_id = environment_ and k.api_key = r.api_key and k.revoked_seq is null;

    when 'restricted' then
      -- Neither the one nor the other: the restriction is lifted.
      delete from restricted x using jsonb_to_recordset(rows_) as r(draft boolean, confidential boolean)
       where not (r.draft or r.confidential) and x.environment_id = environment_ and x.stream_id = stream_;
      insert into restricted (environment_id, stream_id, draft, confidential, participants)
      select environment_, stream_, r.draft, r.confidential, r.participants
        from jsonb_to_recordset(rows_) as r(draft boolean, confidential boolean, participants text[])
       where r.draft or r.confidential
      on conflict (environment_id, stream_id) do update
         set draft = excluded.draft, confidential = excluded.confidential, participants = excluded.participants;

    when 'request_link' then
      insert into request_link (environment_id, stream_id, kind, target, created_seq)
      select environment_, stream_, r.kind, r.target, seq_ from jsonb_to_recordset(rows_) as r(kind text, target text);

    when 'set_aside_handled' then
      delete from poison p using jsonb_to_recordset(rows_) as r(reader text, seq bigint)
       where p.environment_id = environment_ and p.reader = r.reader and p.seq = r.seq;

    when 'clock' then
      update environment e set clock_mode = r.mode, clock_at = r.at, clock_offset_ms = r.offset_ms
        from jsonb_to_recordset(rows_) as r(mode text, at timestamptz, offset_ms bigint)
       where e.environment_id = environment_;

    when 'log_origin' then
      update environment e set log_origin = r.origin
        from jsonb_to_recordset(rows_) as r(origin text)
       where e.environment_id = environment_;

    else
      raise exception 'no slice table "%"', table_ using errcode = '22023';
    end case;
  end loop;
end
$$;
revoke execute on function countersign.apply_writes(text, text, bigint, timestamptz, boolean, boolean, jsonb) from public;
