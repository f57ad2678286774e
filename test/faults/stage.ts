import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clients, startClients } from './clients.ts';
import { embeddedOwner, inspect } from './inspect.ts';
import { type Journal, journal } from './journal.ts';
import { type Postgres15, postgres15 } from './postgres15.ts';
import { postmasterOf } from './processes.ts';
import { clusterOf, discardSubject, type Subject, subject } from './subject.ts';
import { populate, type World } from './world.ts';

/** `embedded`: the server's own PostgreSQL 18. `external`: Debian's 15, which we run as an operator would. */
export type Database = 'embedded' | 'external';

export type StageOptions = {
  /** Of `workDirectory`. */
  readonly directory: string;
  readonly database: Database;
  readonly tell: (line: string) => void;
  /** Clients that file and approve. */
  readonly clients?: number;
  /** Bytes of the documents that they upload now and then; 0 for none. */
  readonly document?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** `name=value` of the external PostgreSQL. */
  readonly settings?: readonly string[];
};

/** A server under load, what its clients were promised, and everything that was found wrong. */
export type Stage = {
  readonly one: Subject;
  readonly external: Postgres15 | null;
  readonly journal: Journal;
  readonly world: World;
  /** Address of a superuser. */
  owner(): string;
  /** @throws Error when PostgreSQL does not run: nothing may be taken for broken that was not. */
  postmaster(): number;
  load(): Clients;
  /** Ends the load, and holds the log against the journal. */
  settle(clients: Clients): Promise<void>;
  note(found: readonly string[]): void;
};

export type Played<T> = {
  readonly result: T;
  readonly wrong: readonly string[];
  readonly acknowledged: number;
  readonly entries: number;
  /** Answers and silences by status, of all loads together. */
  readonly statuses: { readonly [status: string]: number };
  /** The slowest answer or silence, ms. */
  readonly slowest: number;
};

export async function play<T>(options: StageOptions, work: (stage: Stage) => Promise<T>): Promise<Played<T>> {
  const { directory, tell } = options;
  const external =
    options.database === 'embedded'
      ? null
      : await postgres15({ directory: path.join(directory, 'pg'), settings: options.settings ?? [] });
  await external?.start();
  const one = await subject({
    data: path.join(directory, 'data'),
    env: { ...(external === null ? {} : { DATABASE_URL: external.url }), ...options.env },
  });
  const written = journal(path.join(directory, 'journal.jsonl'));
  const wrong: string[] = [];
  const statuses: { [status: string]: number } = {};
  let [entries, slowest] = [0, 0];
  const owner = () => external?.url ?? embeddedOwner(one.data);
  const note = (found: readonly string[]): void => {
    for (const line of found) tell(`WRONG: ${line}`);
    wrong.push(...found);
  };
  try {
    await one.start();
    const world = await populate(one.url, one.secret());
    const stage: Stage = {
      one,
      external,
      journal: written,
      world,
      owner,
      note,
      postmaster() {
        const found = postmasterOf(external?.data ?? clusterOf(one.data));
        if (found === null) throw new Error('there is no PostgreSQL to break');
        return found;
      },
      load: () =>
        startClients({
          port: one.port,
          world,
          journal: written,
          clients: options.clients ?? 6,
          document: options.document ?? 2000,
        }),
      async settle(clients) {
        await clients.stop();
        const { seen } = clients;
        note(seen.wrong);
        for (const [status, count] of seen.statuses) statuses[status] = (statuses[status] ?? 0) + count;
        slowest = Math.max(slowest, seen.slowest);
        const inspected = await inspect(one, owner(), written);
        note(inspected.wrong);
        entries = inspected.entries;
        tell(`${entries} entries inspected, ${wrong.length} wrong so far`);
      },
    };
    const result = await work(stage);
    await one.stop();
    return { result, wrong, acknowledged: written.acknowledgements.length, entries, statuses, slowest };
  } finally {
    await discardSubject(one);
    await external?.stop();
    written.close();
  }
}

/** Longer than this is no recovery. */
const STUCK_MS = 30_000;

/** Milliseconds from `since` until a command was accepted that was sent after it; null when that takes too long. */
export async function recovery(accepted: Promise<number>, since: number): Promise<number | null> {
  const at = await Promise.race([accepted, sleep(STUCK_MS, null, { ref: false })]);
  return at === null ? null : at - since;
}
