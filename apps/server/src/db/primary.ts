import net from 'node:net';
import pg from 'pg';
import { eachHost } from './address.ts';
import { openClient } from './client.ts';

/** None of the hosts takes writes: they cannot be reached, are standbys, or are a primary that another one has replaced. */
export class NoPrimary extends Error {
  readonly code = 'no-primary';

  constructor(why: readonly string[]) {
    super(`No host of DATABASE_URL takes writes: ${why.join('; ')}.`);
    this.name = 'NoPrimary';
  }
}

export type Primary = {
  /** Its connections go to the server that takes writes; they break when another server has become that. */
  readonly Client: new (
    config?: string | pg.ClientConfig,
  ) => pg.Client;
  close(): void;
};

export type PrimaryOptions = {
  /** Another server takes writes now. */
  readonly onMoved: (timeline: number) => void;
};

/** A host that has nothing to say for so long is passed over. */
const PROBE_MS = 1500;
const WATCH_MS = 1000;

type Found = { readonly address: string; readonly timeline: number };
type Standing = { readonly timeline: number | null; readonly started: string };

/**
 * The timeline is the first part of a WAL segment's name. Each promotion begins a new one, so of two servers that both
 * take writes the one with the higher is the primary, and the other was not fenced. A time limit would end the wait of a
 * commit for its standby, with success (ENGINE 11).
 */
const STANDING = `select set_config('statement_timeout', '0', false), case when not pg_is_in_recovery() then
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline,
  pg_postmaster_start_time()::text as started`;

/**
 * After a crash, transactions stand in the database whose commit had waited for a standby that never got them; whoever
 * answers by what it sees there acknowledges what a failover loses. This waits until all of it is replicated.
 */
const SETTLE = `select pg_logical_emit_message(true, 'countersign', 'settled')`;

/** The address of the one host of several that takes writes now. @throws NoPrimary */
export async function primaryAddress(address: string): Promise<string> {
  return (await look(address, 0)).address;
}

async function look(address: string, least: number): Promise<Found> {
  const hosts = await Promise.all(eachHost(address).map(probe));
  const found = hosts.filter((host): host is Found => typeof host !== 'string' && host.timeline >= least);
  const [best] = found.sort((a, b) => b.timeline - a.timeline);
  if (best !== undefined) return best;
  throw new NoPrimary(
    hosts.map((host) => (typeof host === 'string' ? host : `${hostOf(host)} was replaced`)),
  );
}

const hostOf = ({ address }: { readonly address: string }): string => new pg.Client(address).host;

async function probe(address: string): Promise<Found | string> {
  const client = openClient({
    connectionString: address,
    connectionTimeoutMillis: PROBE_MS,
    query_timeout: PROBE_MS,
    application_name: 'countersign-probe',
  });
  const place = `${client.host}:${client.port}`;
  try {
    await client.connect();
    const { rows } = await client.query<Standing>(STANDING);
    const timeline = rows[0]?.timeline ?? null;
    return timeline === null ? `${place} is a standby` : { address, timeline };
  } catch (error) {
    return `${place}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    // Not awaited: a frozen server never says goodbye.
    void client.end().catch(() => undefined);
  }
}

/** Keeps the connections of this process with the primary among the hosts of an address. */
export function primary(address: string, { onMoved }: PrimaryOptions): Primary {
  const open = new Map<net.Socket, number>();
  /** Start times of servers on which everything that can be seen is replicated. */
  const settled = new Map<string, Promise<unknown>>();
  let at: Found | null = null;
  let looking: Promise<Found> | null = null;
  let highest = 0;

  function reached(timeline: number): void {
    if (timeline <= highest) return;
    if (highest > 0) onMoved(timeline);
    highest = timeline;
    for (const [socket, its] of open) if (its < timeline) socket.destroy();
  }

  function find(): Promise<Found> {
    looking ??= look(address, highest)
      .then((found) => {
        at = found;
        reached(found.timeline);
        return found;
      })
      .finally(() => {
        looking = null;
      });
    return looking;
  }

  function settle(client: pg.Client, started: string): Promise<unknown> {
    const before = settled.get(started);
    if (before !== undefined) return before;
    const now = client.query(SETTLE).catch((error: unknown) => {
      settled.delete(started);
      throw error;
    });
    settled.set(started, now);
    return now;
  }

  class PrimaryClient extends pg.Client {
    readonly #socket: net.Socket;

    constructor(config?: string | pg.ClientConfig) {
      const socket = new net.Socket();
      const given = typeof config === 'string' ? { connectionString: config } : config;
      super({ ...given, connectionString: eachHost(address)[0] ?? address, stream: () => socket });
      this.#socket = socket;
      // The pool listens only once `connect` has called back. A session that the server ends before that, or after it
      // failed, would end the process.
      this.on('error', () => undefined);
    }

    async #open(): Promise<void> {
      const place = new pg.Client((at ?? (await find())).address);
      Object.assign(this, { host: place.host, port: place.port });
      try {
        await super.connect();
        const { rows } = await this.query<Standing>(STANDING);
        const [standing] = rows;
        if (standing === undefined || standing.timeline === null || standing.timeline < highest)
          throw new NoPrimary([`${place.host}:${place.port} is no primary any more`]);
        reached(standing.timeline);
        open.set(this.#socket, standing.timeline);
        this.#socket.once('close', () => open.delete(this.#socket));
        // Perhaps the server crashed, which its start time does not always tell.
        this.once('error', () => settled.clear());
        await settle(this, standing.started);
      } catch (error) {
        at = null;
        this.#socket.destroy();
        throw error;
      }
    }

    override connect(): Promise<void>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<void> | void {
      const opened = this.#open();
      if (callback === undefined) return opened;
      // Without an error it is called with nothing, whatever its type says.
      opened.then(callback as () => void, callback);
    }
  }

  // Frozen or cut off, a primary breaks no connection: only another one's rise tells.
  const watch = setInterval(() => void find().catch(() => undefined), WATCH_MS);
  watch.unref();
  if (eachHost(address).length === 1) clearInterval(watch);

  return { Client: PrimaryClient, close: () => clearInterval(watch) };
}
