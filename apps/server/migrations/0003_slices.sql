-- Rows of the slices: what is published, the directory as of any revision, documents, keys. Written only by
-- apply_writes() inside a commit, so each has its entry.

create table countersign.definition_version (
  environment_id text collate "C" not null references countersign.environment,
  definition text collate "C" not null,
  version integer not null,
  digest text collate "C" not null,
  canonical text not null,
  source text not null,
  published_seq bigint not null,
  primary key (environment_id, definition, version)
);
-- Not unique: the same digest may be published again after another version.
create index definition_version_by_digest on countersign.definition_version (environment_id, digest);

create table countersign.matrix_version (
  environment_id text collate "C" not null references countersign.environment,
  matrix text collate "C" not null,
  version integer not null,
  digest text collate "C" not null,
  effective_from timestamptz not null,
  canonical text not null,
  source text not null,
  published_seq bigint not null,
  primary key (environment_id, matrix, version)
);
create index matrix_version_by_digest on countersign.matrix_version (environment_id, digest);

-- The directory is bitemporal: a fact is known from `recorded_from` until `recorded_until` (seq, end
-- exclusive, null: still) and says what held in [valid_from, valid_until). A change adds a row and closes the
-- range of the one before; as of S: recorded_from <= S and (recorded_until is null or recorded_until > S).

create table countersign.person (
  environment_id text collate "C" not null references countersign.environment,
  person text collate "C" not null,
  recorded_from bigint not null,
  recorded_until bigint,
  valid_from timestamptz not null,
  valid_until timestamptz,
  active boolean not null,
  -- The management line: one manager at a time, recorded with the person (event person.recorded).
  manager text collate "C",
  -- References to sealed values: {"sealed": "itm_…", "commitment": "…"}.
  name jsonb,
  email jsonb,
  user_name jsonb,
  -- Keyed hashes, so that a person can be found by address or user name without either being readable; cleared by erasure.
  email_index bytea,
  user_name_index bytea,
  primary key (environment_id, person, recorded_from)
);
create unique index person_now on countersign.person (environment_id, person) where recorded_until is null;
create index person_reports on countersign.person (environment_id, manager)
  where recorded_until is null and manager is not null;
create index person_by_email on countersign.person (environment_id, email_index)
  where recorded_until is null and email_index is not null;

create unique index person_by_user_name on countersign.person (environment_id, user_name_index)
  where recorded_until is null and user_name_index is not null;

-- Groups and roles by slug; one may exist without members.
create table countersign.collective (
  environment_id text collate "C" not null references countersign.environment,
  kind text collate "C" not null check (kind in ('group', 'role')),
  name text collate "C" not null,
  recorded_from bigint not null,
  primary key (environment_id, kind, name)
);

create table countersign.membership (
  environment_id text collate "C" not null,
  kind text collate "C" not null,
  name text collate "C" not null,
  person text collate "C" not null,
  recorded_from bigint not null,
  recorded_until bigint,
  valid_from timestamptz not null,
  valid_until timestamptz,
  primary key (environment_id, kind, name, person, recorded_from),
  foreign key (environment_id, kind, name) references countersign.collective
);
create unique index membership_now on countersign.membership (environment_id, kind, name, person)
  where recorded_until is null;
create index membership_by_person on countersign.membership (environment_id, person);

create table countersign.delegation (
  environment_id text collate "C" not null references countersign.environment,
  delegation text collate "C" not null,
  delegator text collate "C" not null,
  delegate text collate "C" not null,
  recorded_from bigint not null,
  -- Set by revocation.
  recorded_until bigint,
  valid_from timestamptz not null,
  valid_until timestamptz not null check (valid_until > valid_from),
  -- Definitions, limit and whether it may be passed on, as in the event.
  terms jsonb not null,
  primary key (environment_id, delegation)
);
create index delegation_by_delegator on countersign.delegation (environment_id, delegator);
create index delegation_by_delegate on countersign.delegation (environment_id, delegate);

create table countersign.document (
  environment_id text collate "C" not null references countersign.environment,
  document text collate "C" not null,
  created_seq bigint not null,
  primary key (environment_id, document)
);

create table countersign.document_version (
  environment_id text collate "C" not null,
  document text collate "C" not null,
  version integer not null,
  sha256 text collate "C" not null,
  size bigint not null check (size >= 0),
  media_type text not null,
  -- Reference to a sealed value: people put names into file names.
  file_name jsonb,
  created_seq bigint not null,
  created_at timestamptz not null,
  primary key (environment_id, document, version),
  foreign key (environment_id, document) references countersign.document
);
create index document_version_by_digest on countersign.document_version (environment_id, sha256);

create table countersign.service_account (
  environment_id text collate "C" not null references countersign.environment,
  service text collate "C" not null,
  name text not null,
  created_seq bigint not null,
  disabled_seq bigint,
  primary key (environment_id, service)
);

create table countersign.api_key (
  environment_id text collate "C" not null,
  api_key text collate "C" not null,
  service text collate "C" not null,
  -- SHA-256 of the token, which has 256 bits of its own and needs no slow hash.
  token_hash bytea not null,
  scopes text[] not null,
  -- Environments and object types that it may touch; null: its own environment, all types.
  environments text[],
  object_types text[],
  -- Wall clock: transport time (ENGINE 18).
  expires_at timestamptz,
  created_seq bigint not null,
  revoked_seq bigint,
  primary key (environment_id, api_key),
  foreign key (environment_id, service) references countersign.service_account
);
-- Across environments by need: a token is presented before its environment is known. Read by find_api_key().
create unique index api_key_by_token on countersign.api_key (token_hash);

select countersign.guard_table('countersign.definition_version');
select countersign.guard_table('countersign.matrix_version');
select countersign.guard_table('countersign.person');
select countersign.guard_table('countersign.collective');
select countersign.guard_table('countersign.membership');
select countersign.guard_table('countersign.delegation');
select countersign.guard_table('countersign.document');
select countersign.guard_table('countersign.document_version');
select countersign.guard_table('countersign.service_account');
select countersign.guard_table('countersign.api_key');

select countersign.append_only('countersign.definition_version');
select countersign.append_only('countersign.matrix_version');
select countersign.append_only('countersign.document_version');
