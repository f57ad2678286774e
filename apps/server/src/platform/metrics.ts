import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a pool tells about itself (a subset of pg.Pool). */
export interface PoolGauge {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

export interface CallMeasure {
  readonly method: string;
  /** The pattern (`/v1/approval-requests/:id`), never the path: ids would make a series each. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface CommandMeasure {
  readonly kind: string;
  readonly type: string;
  /** `committed`, or the refusal's code. */
  readonly outcome: string;
  readonly seconds: number;
}

export interface CommitMeasure {
  readonly commands: number;
  readonly seconds: number;
}

export interface Metrics {
  call(measure: CallMeasure): void;
  command(measure: CommandMeasure): void;
  /** One batch that reached the database. */
  commit(measure: CommitMeasure): void;
  /** A command that was decided again because another one was first. */
  conflict(kind: string): void;
  /** Commands that wait for a batch. */
  queued(commands: number): void;
  /** Position of a reader of the log behind its end, in entries. */
  lag(reader: string, entries: number): void;
  /** Entries that a reader of the log could not handle and that wait for a person. */
  setAside(reader: string, entries: number): void;
  watchPool(name: string, pool: PoolGauge): void;
  /** The page for Prometheus, with its media type. */
  page(): Promise<{ readonly type: string; readonly text: string }>;
}

/** From half a millisecond to ten seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH = [1, 2, 4, 8, 16, 32, 64, 128];

type Series = { observe(value: number): void };

/** One series for each combination of labels, found by its labels: prom-client sorts and joins them at each call. */
function series() {
  const known = new Map<string, Series>();
  return (labels: string[], make: (labels: string[]) => Series): Series => {
    const key = labels.join('\n');
    const found = known.get(key) ?? make(labels);
    known.set(key, found);
    return found;
  };
}

export function createMetrics(options: { readonly process: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) collectDefaultMetrics({ register: registry });
  const calls = new Histogram({
    name: 'countersign_http_seconds',
    help: 'Time to answer a call, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const commands = new Histogram({
    name: 'countersign_command_seconds',
    help: 'Time from a command to its commit or refusal, by type and outcome.',
    labelNames: ['kind', 'type', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const commits = new Histogram({
    name: 'countersign_commit_seconds',
    help: 'Time of one commit of a batch.',
    buckets: SECONDS,
    registers,
  });
  const batch = new Histogram({
    name: 'countersign_commit_commands',
    help: 'Commands in one batch.',
    buckets: BATCH,
    registers,
  });
  const conflicts = new Counter({
    name: 'countersign_command_conflicts_total',
    help: 'Commands that were decided again because another one was first.',
    labelNames: ['kind'],
    registers,
  });
  const queue = new Gauge({
    name: 'countersign_commit_queue',
    help: 'Commands that wait for a batch.',
    registers,
  });
  const lag = new Gauge({
    name: 'countersign_reader_lag',
    help: 'Entries between a reader of the log and its end.',
    labelNames: ['reader'],
    registers,
  });
  const aside = new Gauge({
    name: 'countersign_reader_set_aside',
    help: 'Entries that a reader of the log could not handle and has set aside.',
    labelNames: ['reader'],
    registers,
  });
  const [call, command] = [series(), series()];
  const pools = new Map<string, PoolGauge>();
  new Gauge({
    name: 'countersign_pool_connections',
    help: 'Connections to the database by state; waiting counts callers.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
        this.set({ pool, state: 'busy' }, totalCount - idleCount);
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'waiting' }, waitingCount);
      }
    },
  });
  return {
    call: ({ method, route, status, seconds }) =>
      call([method, route, String(status)], (labels) => calls.labels(...labels)).observe(seconds),
    command: ({ kind, type, outcome, seconds }) =>
      command([kind, type, outcome], (labels) => commands.labels(...labels)).observe(seconds),
    commit: ({ commands: size, seconds }) => {
      commits.observe(seconds);
      batch.observe(size);
    },
    conflict: (kind) => conflicts.inc({ kind }),
    queued: (waiting) => queue.set(waiting),
    lag: (reader, entries) => lag.set({ reader }, entries),
    setAside: (reader, entries) => aside.set({ reader }, entries),
    watchPool: (name, pool) => {
      pools.set(name, pool);
    },
    page: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
