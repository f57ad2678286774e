import { evolve, type RequestState } from '@countersign/core';
import { type Environment, name } from '../database/tables.ts';
import { type Entry, requestEvents } from './entry.ts';
import { must } from './violation.ts';

/** One environment's log as it was at the last look: dense, chained, each command once; state is the fold. */
export type LogCheck = {
  /** @param entries those that are new, in the order of their `seq`. */
  see(entries: readonly Entry[]): void;
  readonly size: number;
  state(request: string): RequestState | null;
};

type Stream = { version: number; hash: string; now: string; state: RequestState | null };

export function logCheck(environment: Environment): LogCheck {
  const id = environment.environment_id;
  const commands = new Set<string>();
  const streams = new Map<string, Stream>();
  let size = 0;

  function one({ row, leaf }: Entry): void {
    const where = () => `entry ${row.seq} of ${id}, ${row.stream_id} version ${row.version}`;
    must(row.seq === size + 1, 'seq is dense', () => `${where()} follows ${size}`);
    size = row.seq;
    must(
      leaf.environment === id,
      'environments are isolated',
      () => `${where()} belongs to ${leaf.environment}`,
    );
    must(!commands.has(row.command_id), 'one entry a command', () => `${where()}: ${row.command_id} again`);
    commands.add(row.command_id);
    must(leaf.command.id === row.command_id, 'one entry a command', () => `${where()} is of another command`);
    const before = streams.get(row.stream_id) ?? { version: 0, hash: null, now: '', state: null };
    const { version, hash } = before;
    const follows = row.version === version + 1 && leaf.version === row.version && leaf.previous === hash;
    must(
      follows,
      'no update is lost',
      () => `${where()} says ${leaf.version}, and follows version ${version}`,
    );
    must(leaf.stream === row.stream_id, 'no update is lost', () => `${where()} was made for ${leaf.stream}`);
    must(
      leaf.now >= before.now,
      'time does not go back',
      () => `${where()}: ${leaf.now} after ${before.now}`,
    );
    let { state } = before;
    if (leaf.kind === 'request')
      for (const event of requestEvents(leaf)) state = evolve(state, event, leaf.now);
    const fired = leaf.command.type === 'fire' ? before.state?.timers[leaf.command.data.timer ?? ''] : null;
    must(
      fired === null || (fired !== undefined && fired <= leaf.now),
      'a timer fires once, when it is due',
      () => {
        return `${where()} fires ${leaf.command.data.timer} at ${leaf.now}, due ${fired}`;
      },
    );
    streams.set(row.stream_id, {
      version: row.version,
      hash: row.leaf_hash.toString('hex'),
      now: leaf.now,
      state,
    });
  }

  /** What was written with the entries is what follows from them. */
  function rows(stream: string): void {
    const known = streams.get(stream);
    const row = environment.streams.get(stream);
    const standing = row?.version === known?.version && row?.last_hash.toString('hex') === known?.hash;
    must(
      standing,
      'no update is lost',
      () => `${stream} stands at ${row?.version}, its log at ${known?.version}`,
    );
    const state = known?.state;
    if (!state) return;
    must(same(JSON.parse(row?.state ?? 'null'), state), 'fold(events) = state', () => `${stream} of ${id}`);
    for (const [key, due] of Object.entries(state.timers)) {
      const timer = environment.timers.get(name(stream, key));
      must(
        timer?.due.toISOString() === due,
        'timers follow from the state',
        () => `${stream} ${key} of ${id}`,
      );
    }
    for (const { n, status, person } of state.assignments) {
      const place = environment.assignments.get(name(stream, n));
      const follows = place?.status === status && place.person === person;
      must(follows, 'assignments follow from the state', () => `${stream} ${n} of ${id}`);
    }
    if (state.externalReference === null) return;
    const key = name('open-request', `${state.definition}\n${state.externalReference}`);
    const holder = environment.keys.get(key)?.stream_id;
    must(
      (holder === stream) === (state.status !== 'closed'),
      'business keys are unique',
      () => `${stream} of ${id} is ${state.status}, and ${holder} holds ${key}`,
    );
  }

  return {
    get size() {
      return size;
    },
    state: (request) => streams.get(request)?.state ?? null,
    see(entries) {
      entries.forEach(one);
      const { seq } = environment.head;
      must(seq === size, 'seq is dense', () => `the head of ${id} is ${seq}, its last entry ${size}`);
      for (const stream of new Set(entries.map(({ row }) => row.stream_id))) rows(stream);
      const timers = [...environment.timers.values()];
      const orphan = timers.find(
        ({ stream_id, key }) => streams.get(stream_id)?.state?.timers[key] === undefined,
      );
      must(orphan === undefined, 'timers follow from the state', () => `${orphan?.stream_id} ${orphan?.key}`);
    },
  };
}

/** Equal as JSON, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b).filter((key) => b[key as never] !== undefined)];
  return keys.length === others.length && keys.every((key) => same(a[key as never], b[key as never]));
}
