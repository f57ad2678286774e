import type { StreamKind } from '../db/commit-proposal.ts';
import type { Reader } from '../db/read.ts';
import { byteCache } from './cache.ts';

/** A stream as last read or written by this process. `state: null` with version 0: it does not exist. */
export type Loaded<S> = {
  readonly version: number;
  /** Hex leaf hash of the last entry. */
  readonly lastHash: string | null;
  /** Environment time of the last entry. */
  readonly lastAt: string | null;
  readonly state: S | null;
};

export const unwritten = <S>(): Loaded<S> => ({ version: 0, lastHash: null, lastAt: null, state: null });

export type Fold<S, E> = {
  /** Shape of the state; a row with another one is folded again from its entries (ENGINE 7). */
  readonly schema: number;
  evolve(state: S | null, event: E, now: string): S;
  /** The same for all events of an entry, where that is cheaper than one after the other. */
  evolveAll?(state: S | null, events: readonly E[], now: string): S | null;
};

export function foldAll<S, E>(
  fold: Pick<Fold<S, E>, 'evolve' | 'evolveAll'>,
  state: S | null,
  events: readonly E[],
  now: string,
): S | null {
  if (fold.evolveAll !== undefined) return fold.evolveAll(state, events, now);
  return events.reduce<S | null>((before, event) => fold.evolve(before, event, now), state);
}

export type StreamId = { readonly environment: string; readonly kind: StreamKind; readonly stream: string };

export type Streams = {
  /** What this process knows; maybe old. */
  load<S, E>(id: StreamId, fold: Fold<S, E>): Promise<Loaded<S>>;
  /** From the database. */
  read<S, E>(id: StreamId, fold: Fold<S, E>): Promise<Loaded<S>>;
  keep<S>(id: StreamId, loaded: Loaded<S>, bytes: number): void;
  forget(id: StreamId): void;
};

type Row = { version: number; last_hash: Buffer; last_at: Date; schema: number; state: string };
type Entry = { leaf: Buffer };

const name = (id: StreamId) => `${id.environment} ${id.kind} ${id.stream}`;

export function streams(reader: Reader, maxBytes: number): Streams {
  const cache = byteCache<Loaded<unknown>>(maxBytes);

  async function read<S, E>(id: StreamId, fold: Fold<S, E>): Promise<Loaded<S>> {
    const { environment, stream } = id;
    const rows = await reader.readAs(environment).query<Row>(
      `select version, last_hash, last_at, schema, state::text as state from countersign.stream
        where environment_id = $1 and stream_id = $2 and kind = $3`,
      [environment, stream, id.kind],
    );
    const row = rows[0];
    if (row === undefined) return unwritten();
    const state =
      row.schema === fold.schema
        ? parseState<S>(row.state)
        : await refold(reader, environment, stream, row.version, fold);
    const loaded = {
      version: row.version,
      lastHash: row.last_hash.toString('hex'),
      lastAt: row.last_at.toISOString(),
      state,
    };
    // A write of this process may have overtaken the read.
    if ((cache.get(name(id))?.version ?? 0) <= loaded.version)
      cache.put(name(id), loaded, row.state.length * 2);
    return loaded;
  }

  return {
    read,
    async load<S, E>(id: StreamId, fold: Fold<S, E>) {
      const cached = cache.get(name(id));
      // A kind has one state type: what is under this name was put by this fold.
      if (cached !== undefined) return cached as Loaded<S>;
      return read(id, fold);
    },
    keep: (id, loaded, bytes) => cache.put(name(id), loaded, bytes * 2),
    forget: (id) => cache.drop(name(id)),
  };
}

/** Written by this schema's own `evolve`. */
function parseState<S>(text: string): S {
  const state: S = JSON.parse(text);
  return state;
}

/** `fold(events) = state`, from the leaves. */
export async function refold<S, E>(
  reader: Reader,
  environment: string,
  stream: string,
  version: number,
  fold: Pick<Fold<S, E>, 'evolve' | 'evolveAll'>,
): Promise<S | null> {
  const entries = await reader.readAs(environment).query<Entry>(
    `select leaf from countersign.entry
      where environment_id = $1 and stream_id = $2 and version <= $3 order by version`,
    [environment, stream, version],
  );
  let state: S | null = null;
  for (const { leaf } of entries) {
    const parsed: { readonly now: string; readonly events: readonly E[] } = JSON.parse(leaf.toString('utf8'));
    state = foldAll(fold, state, parsed.events, parsed.now);
  }
  return state;
}
