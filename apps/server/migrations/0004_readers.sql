-- What the log's readers keep: derived from the log, behind it, and never part of a commit.

-- Full and partial tiles of the Merkle tree (C2SP tlog-tiles): `hashes` holds width * 32 bytes.
create table countersign.tile (
  environment_id text collate "C" not null references countersign.environment,
  level smallint not null,
  index bigint not null,
  width smallint not null check (width between 1 and 256),
  hashes bytea not null check (length(hashes) = width * 32),
  primary key (environment_id, level, index)
);

create table countersign.checkpoint (
  environment_id text collate "C" not null references countersign.environment,
  size bigint not null,
  root bytea not null check (length(root) = 32),
  note text not null,
  primary key (environment_id, size)
);

create table countersign.reader_position (
  environment_id text collate "C" not null references countersign.environment,
  reader text collate "C" not null,
  seq bigint not null,
  primary key (environment_id, reader)
);

-- An entry that one reader could not handle is set aside for that reader only, visibly (ENGINE 12).
create table countersign.poison (
  environment_id text collate "C" not null references countersign.environment,
  reader text collate "C" not null,
  seq bigint not null,
  error text not null,
  primary key (environment_id, reader, seq)
);

-- Under row-level security full-text and ILIKE operators ignore their index (ENGINE 21: 15,000 rows filtered),
-- because they are not leakproof; equality of text is, so words are rows.
create table countersign.search_token (
  environment_id text collate "C" not null,
  token text collate "C" not null,
  stream_id text collate "C" not null,
  primary key (environment_id, token, stream_id)
);
create index search_token_by_stream on countersign.search_token (environment_id, stream_id);

select countersign.guard_table('countersign.tile');
select countersign.guard_table('countersign.checkpoint');
select countersign.guard_table('countersign.reader_position');
select countersign.guard_table('countersign.poison');
select countersign.guard_table('countersign.search_token');

select countersign.append_only('countersign.checkpoint');
