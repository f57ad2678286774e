-- The log and what is written in the same commit as an entry.
--
-- Keys and names are `collate "C"`: compared by bytes, as canonical JSON does, whatever the database's locale.
-- toast_tuple_target: rows that fit a page stay as they are. From 2 kB on PostgreSQL compresses them, which cost 50 us
-- for each command and saved a quarter of its log.
-- No foreign keys among the hot tables: commit() holds the environment's head and has looked the stream up in
-- the same call, and the referential trigger costs another look-up and a row lock for each row written.

create table countersign.organization (
  organization_id text collate "C" primary key,
  name text not null
);

create table countersign.environment (
  environment_id text collate "C" primary key check (environment_id ~ '^env_[0-9a-f-]{36}$'),
  organization_id text collate "C" not null references countersign.organization,
  kind text not null check (kind in ('sandbox', 'staging', 'production')),
  name text not null,
  -- wall: the server's clock. frozen: stands at clock_at. offset: the server's clock plus clock_offset_ms.
  clock_mode text not null default 'wall' check (clock_mode in ('wall', 'frozen', 'offset')),
  clock_at timestamptz check ((clock_mode = 'frozen') = (clock_at is not null)),
  clock_offset_ms bigint check ((clock_mode = 'offset') = (clock_offset_ms is not null)),
  -- Ids of a seeded sandbox are derived, so that the same calls give the same log root.
  seed text,
  -- Name of the log in its checkpoints; a restore starts a new one (ENGINE 10).
  log_origin text not null,
  check (clock_mode = 'wall' or kind = 'sandbox'),
  check (seed is null or kind = 'sandbox'),
  unique (organization_id, name)
);

-- One row an environment, locked once per batch: the serial order of everything that happens there.
-- fillfactor: the row is updated with every batch and must always find room on its own page.
create table countersign.head (
  environment_id text collate "C" primary key references countersign.environment,
  seq bigint not null default 0,
  -- seq of the last change of authority, and of the last change of the clock (ENGINE 17).
  directory_revision bigint not null default 0,
  clock_revision bigint not null default 0
) with (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

create table countersign.stream (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  kind text not null check (kind in ('request', 'definition', 'matrix', 'directory', 'access', 'environment', 'document')),
  version integer not null,
  last_hash bytea not null,
  -- Environment time of the last entry: `now` never goes behind it (ENGINE 17).
  last_at timestamptz not null,
  -- Shape of `state`; a row with an old one is folded again from its entries.
  schema integer not null,
  -- Not jsonb: that is taken apart with each write and put together with each read, and we read it whole.
  state json not null,
  updated_seq bigint not null,
  primary key (environment_id, stream_id)
) with (fillfactor = 80, toast_tuple_target = 8160);

-- What lists of requests filter and sort by. Apart from `stream`, so that a new state (every command) is a
-- heap-only update and only a changed status touches these indexes. created_seq is the cursor.
create table countersign.request (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  definition text collate "C" not null,
  definition_digest text collate "C" not null,
  status text collate "C" not null,
  outcome text collate "C",
  requester text collate "C" not null,
  submitter text collate "C" not null,
  external_reference text collate "C",
  created_seq bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  due_at timestamptz,
  primary key (environment_id, stream_id)
) with (fillfactor = 80);
create index request_by_time on countersign.request (environment_id, created_seq);
create index request_by_status on countersign.request (environment_id, status, created_seq);
create index request_by_requester on countersign.request (environment_id, requester, created_seq);
create index request_by_definition on countersign.request (environment_id, definition, created_seq);
create index request_by_reference on countersign.request (environment_id, external_reference)
  where external_reference is not null;
create index request_by_due on countersign.request (environment_id, due_at)
  where due_at is not null and status <> 'closed';

-- One command with its events = one entry = one leaf = one seq (ENGINE 6).
create table countersign.entry (
  environment_id text collate "C" not null,
  seq bigint not null check (seq > 0),
  stream_id text collate "C" not null,
  version integer not null,
  command_id text collate "C" not null,
  -- Changes authority: the directory as of a revision is the fold of these.
  authority boolean not null,
  at timestamptz not null,
  correlation text,
  -- Canonical JSON, made once before the commit and never rewritten (ENGINE 7).
  leaf bytea not null,
  -- RFC 6962 2.1. Computed again here (a microsecond), so that no receipt can name bytes other than these.
  leaf_hash bytea not null check (leaf_hash = sha256('\x00'::bytea || leaf)),
  primary key (environment_id, seq),
  constraint entry_stream_version unique (environment_id, stream_id, version),
  -- For ever: what makes sending a batch again safe (ENGINE 5).
  constraint entry_command unique (environment_id, command_id)
) with (toast_tuple_target = 8160);
create index entry_authority on countersign.entry (environment_id, seq) where authority;

create table countersign.assignment (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  n integer not null,
  step text collate "C" not null,
  person text collate "C" not null,
  status text collate "C" not null,
  -- The link of the chain that reached the person, for lists by group or role.
  via_group text collate "C",
  via_role text collate "C",
  opened_seq bigint not null,
  opened_at timestamptz not null,
  due_at timestamptz,
  primary key (environment_id, stream_id, n)
) with (fillfactor = 80);
create index assignment_open_by_person on countersign.assignment (environment_id, person, opened_seq)
  where status = 'open';
create index assignment_open_by_group on countersign.assignment (environment_id, via_group, opened_seq)
  where status = 'open' and via_group is not null;
create index assignment_open_by_role on countersign.assignment (environment_id, via_role, opened_seq)
  where status = 'open' and via_role is not null;

-- Environment time. A timer is an alarm only: firing it is a command like any other (ENGINE 18).
create table countersign.timer (
  environment_id text collate "C" not null,
  stream_id text collate "C" not null,
  key text collate "C" not null,
  due timestamptz not null,
  primary key (environment_id, stream_id, key)
);
create index timer_due on countersign.timer (environment_id, due);

-- Stored answers: 2xx and deterministic refusals (ENGINE 5). The body is text, because a replay is the same
-- bytes and jsonb reorders keys. No time partition: a key would be found once in each.
create table countersign.idempotency (
  environment_id text collate "C" not null,
  principal text collate "C" not null,
  key text collate "C" not null,
  request_digest bytea not null,
  status integer not null,
  answer text not null,
  -- Null for a refusal, which has no entry.
  seq bigint,
  leaf_hash bytea,
  -- Wall clock: keys live 7 days of it.
  created_at timestamptz not null default clock_timestamp(),
  primary key (environment_id, principal, key)
) with (toast_tuple_target = 8160);
-- Rows come in the order of time, so a range of pages is as good as a key, and costs nothing with each row.
create index idempotency_age on countersign.idempotency using brin (created_at);

-- At most one stream holds a key of a kind (one open request per definition and external reference).
create table countersign.business_key (
  environment_id text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  stream_id text collate "C" not null,
  primary key (environment_id, kind, key)
);

-- Personal values beside the leaf (ENGINE 14). Deleting a row, or destroying its owner's key, erases it.
create table countersign.sealed_value (
  environment_id text collate "C" not null,
  item text collate "C" not null,
  owner text collate "C" not null,
  stream_id text collate "C" not null,
  nonce bytea not null,
  ciphertext bytea not null,
  wrapped_key bytea not null,
  context text not null,
  primary key (environment_id, item)
);
create index sealed_value_by_owner on countersign.sealed_value (environment_id, owner);
create index sealed_value_by_stream on countersign.sealed_value (environment_id, stream_id);

-- The organization has no environment of its own; an environment sees its own organization.
alter table countersign.organization enable row level security;
alter table countersign.organization force row level security;
grant select on countersign.organization to countersign_app;
create policy functions on countersign.organization to current_user using (true) with check (true);
create policy tenant on countersign.organization for select to countersign_app using (exists (
  select from countersign.environment e
   where e.environment_id = current_setting('countersign.environment', true)
     and e.organization_id = organization.organization_id));

select countersign.guard_table('countersign.environment');
select countersign.guard_table('countersign.head');
select countersign.guard_table('countersign.stream');
select countersign.guard_table('countersign.request');
select countersign.guard_table('countersign.entry');
select countersign.guard_table('countersign.assignment');
select countersign.guard_table('countersign.timer');
select countersign.guard_table('countersign.idempotency');
select countersign.guard_table('countersign.business_key');
select countersign.guard_table('countersign.sealed_value');

select countersign.append_only('countersign.entry');
