/** The tables of `apps/server/migrations` that the simulated processes use, in memory. */
export type EntryRow = {
  readonly seq: number;
  readonly stream_id: string;
  readonly version: number;
  readonly command_id: string;
  readonly authority: boolean;
  readonly at: Date;
  readonly correlation: string | null;
  readonly leaf: Buffer;
  readonly leaf_hash: Buffer;
};

export type StreamRow = {
  readonly stream_id: string;
  readonly kind: string;
  readonly version: number;
  readonly last_hash: Buffer;
  readonly last_at: Date;
  readonly schema: number;
  /** As it was written. */
  readonly state: string;
  readonly updated_seq: number;
};

export type RequestRow = {
  readonly stream_id: string;
  readonly definition: string;
  readonly definition_digest: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly requester: string;
  readonly submitter: string;
  readonly external_reference: string | null;
  readonly created_seq: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly due_at: Date | null;
};

export type AssignmentRow = {
  readonly stream_id: string;
  readonly n: number;
  readonly step: string;
  readonly person: string;
  readonly status: string;
  readonly via_group: string | null;
  readonly via_role: string | null;
  readonly opened_seq: number;
  readonly opened_at: Date;
  readonly due_at: Date | null;
};

export type AnswerRow = {
  readonly principal: string;
  readonly key: string;
  readonly request_digest: Buffer;
  readonly status: number;
  readonly answer: string;
  readonly seq: number | null;
  readonly leaf_hash: Buffer | null;
};

export type TimerRow = { readonly stream_id: string; readonly key: string; readonly due: Date };
export type KeyRow = { readonly kind: string; readonly key: string; readonly stream_id: string };

export type PersonRow = {
  readonly person: string;
  readonly recorded_from: number;
  recorded_until: number | null;
  readonly active: boolean;
  readonly manager: string | null;
};

export type MembershipRow = {
  readonly kind: string;
  readonly name: string;
  readonly person: string;
  readonly recorded_from: number;
  recorded_until: number | null;
};

export type DelegationRow = {
  readonly delegation: string;
  readonly delegator: string;
  readonly delegate: string;
  readonly recorded_from: number;
  recorded_until: number | null;
  readonly valid_from: Date;
  readonly valid_until: Date;
  readonly terms: object;
};

export type DefinitionRow = {
  readonly definition: string;
  readonly version: number;
  readonly digest: string;
  readonly canonical: string;
  readonly source: string;
  readonly published_seq: number;
};

export type TileRow = {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly hashes: Buffer;
};

export type Environment = {
  readonly environment_id: string;
  readonly kind: string;
  readonly seed: string | null;
  log_origin: string;
  clock_mode: 'wall' | 'frozen' | 'offset';
  clock_at: Date | null;
  clock_offset_ms: number | null;
  readonly head: { seq: number; directory_revision: number; clock_revision: number };
  /** In the order in which they were written: `seq` is for the checks to look at. */
  readonly entries: EntryRow[];
  readonly commands: Map<string, EntryRow>;
  readonly streams: Map<string, StreamRow>;
  /** As they stood one command ago: what a replica that is behind would show. */
  readonly streamsBefore: Map<string, StreamRow>;
  readonly requests: Map<string, RequestRow>;
  readonly assignments: Map<string, AssignmentRow>;
  readonly timers: Map<string, TimerRow>;
  readonly answers: Map<string, AnswerRow>;
  readonly keys: Map<string, KeyRow>;
  readonly definitions: DefinitionRow[];
  readonly people: PersonRow[];
  readonly collectives: Set<string>;
  readonly memberships: MembershipRow[];
  readonly delegations: DelegationRow[];
  readonly positions: Map<string, number>;
  readonly poison: Map<string, string>;
  readonly tiles: Map<string, TileRow>;
  readonly checkpoints: { readonly size: number; readonly root: Buffer; readonly note: string }[];
  readonly words: Map<string, readonly string[]>;
};

export type Tables = {
  readonly environments: Map<string, Environment>;
  /** Statements that were run: nothing has changed where it stands still. */
  statements: number;
};

export const name = (...parts: readonly (string | number)[]): string => parts.join('\n');

export function newEnvironment(environment_id: string, seed: string | null): Environment {
  return {
    environment_id,
    kind: 'sandbox',
    seed,
    log_origin: `simulation/${environment_id}`,
    clock_mode: 'wall',
    clock_at: null,
    clock_offset_ms: null,
    head: { seq: 0, directory_revision: 0, clock_revision: 0 },
    entries: [],
    commands: new Map(),
    streams: new Map(),
    streamsBefore: new Map(),
    requests: new Map(),
    assignments: new Map(),
    timers: new Map(),
    answers: new Map(),
    keys: new Map(),
    definitions: [],
    people: [],
    collectives: new Set(),
    memberships: [],
    delegations: [],
    positions: new Map(),
    poison: new Map(),
    tiles: new Map(),
    checkpoints: [],
    words: new Map(),
  };
}
