import { query } from './database.ts';
import { cpuOf, cpuOfPostgres, type Driver, memoryOf, type Server } from './processes.ts';

/** One window, or the median of several. Rates by the second, times in ms, processor time in µs of one command. */
export type Measured = {
  readonly clients: number;
  readonly lifecycles: number;
  readonly commands: number;
  readonly create: Times;
  readonly decide: Times;
  readonly cpu: { readonly server: number; readonly postgres: number; readonly driver: number };
  /** Resident memory of the server's process, MiB. */
  readonly memory: number;
};
type Times = { readonly p50: number; readonly p99: number };

type Window = {
  readonly driver: Driver;
  readonly server: Pick<Server, 'pid'>;
  readonly postmaster: number;
  readonly clients: number;
  readonly seconds: number;
  /** The server's database, to count what was written. */
  readonly url: string;
};

/** @throws where an answer was not the expected one, or the log does not hold exactly what was answered. */
export async function measure(window: Window): Promise<Measured> {
  const { driver, server, postmaster, clients, seconds, url } = window;
  const logged = await entries(url);
  const before = [cpuOf(server.pid), cpuOfPostgres(postmaster)] as const;
  const seen = await driver.drive(seconds);
  const after = [cpuOf(server.pid), cpuOfPostgres(postmaster)] as const;
  const written = (await entries(url)) - logged;
  if (written !== seen.commands) throw new Error(`${seen.commands} answered, ${written} in the log`);
  const each = (cpu: number): number => (cpu / seen.commands) * 1e6;
  return {
    clients,
    lifecycles: seen.lifecycles / seen.seconds,
    commands: seen.commands / seen.seconds,
    create: times(seen.create),
    decide: times(seen.decide),
    cpu: {
      server: each(after[0] - before[0]),
      postgres: each(after[1] - before[1]),
      driver: each(seen.cpu),
    },
    memory: memoryOf(server.pid),
  };
}

async function entries(url: string): Promise<number> {
  const [row] = await query(url, 'select coalesce(sum(seq), 0) as entries from countersign.head');
  return Number(row?.entries);
}

function times(of: readonly number[]): Times {
  const sorted = of.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Of each figure by itself. */
export function median(of: readonly Measured[]): Measured {
  const middle = (pick: (one: Measured) => number): number =>
    of.map(pick).sort((a, b) => a - b)[of.length >> 1] ?? 0;
  return {
    clients: of[0]?.clients ?? 0,
    lifecycles: middle((one) => one.lifecycles),
    commands: middle((one) => one.commands),
    create: { p50: middle((one) => one.create.p50), p99: middle((one) => one.create.p99) },
    decide: { p50: middle((one) => one.decide.p50), p99: middle((one) => one.decide.p99) },
    cpu: {
      server: middle((one) => one.cpu.server),
      postgres: middle((one) => one.cpu.postgres),
      driver: middle((one) => one.cpu.driver),
    },
    memory: middle((one) => one.memory),
  };
}
