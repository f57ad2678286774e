-- Two roles. The owner (countersign_owner, or the login that migrates where that is no superuser) owns schema,
-- tables and functions; the application never logs in as it. countersign_app logs in, reads through row-level
-- security, and writes only by calling functions. Roles are made before the first migration, because they
-- belong to the cluster.
create schema countersign;
grant usage on schema countersign to countersign_app;

-- One call gives a table its forced policies and its grant, so that none can be forgotten; a test walks
-- pg_class and fails on a table without them.
create function countersign.guard_table(name regclass) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format('create policy tenant on %s for select to countersign_app using (environment_id = current_setting(''countersign.environment'', true))', name);
  -- For the functions, which check the environment of each row themselves so that one batch may hold several
  -- tenants. `true` is folded away by the planner; an expression over a setting is evaluated for each row.
  execute format('create policy functions on %s to current_user using (true) with check (true)', name);
  execute format('grant select on %s to countersign_app', name);
end
$$;
revoke execute on function countersign.guard_table(regclass) from public;

-- For tables whose rows are never rewritten, not even by a wrong function of ours.
create function countersign.refuse_rewrite() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$$;
revoke execute on function countersign.refuse_rewrite() from public;

create function countersign.append_only(name regclass) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create trigger append_only before update or delete or truncate on %s
                  for each statement execute function countersign.refuse_rewrite()', name);
end
$$;
revoke execute on function countersign.append_only(regclass) from public;
