import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { readPostmaster } from '../../apps/server/src/db/embedded-process.ts';
import { accessFold } from '../../apps/server/src/modules/access/access.model.ts';
import { definitionFold } from '../../apps/server/src/modules/definitions/definitions.model.ts';
import { directoryFold } from '../../apps/server/src/modules/directory/directory.model.ts';
import { documentFold } from '../../apps/server/src/modules/documents/documents.model.ts';
import { requestFold } from '../../apps/server/src/modules/requests/requests.run.ts';
import type { Journal } from './journal.ts';
import { withClient } from './postgres15.ts';
import { root, type Subject } from './subject.ts';

const cli = path.join(root, 'packages/cli/bin/countersign.js');

/** Everything that is wrong between what the client was promised and what the log holds. Empty: nothing. */
export async function inspect(one: Subject, owner: string, journal: Journal): Promise<Inspection> {
  const file = path.join(one.data, 'inspected.jsonl');
  const env = { ...process.env, COUNTERSIGN_URL: one.url, COUNTERSIGN_KEY: one.secret() };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  rmSync(file, { force: true });
  const exported = run('audit', 'export', '-o', file);
  if (exported.status !== 0) return { entries: 0, wrong: [`export: ${exported.stderr}`] };
  const verified = run('audit', 'verify', file);
  const wrong = verified.status === 0 ? [] : [`verify: ${verified.stdout}${verified.stderr}`];
  const entries = await entriesIn(file);
  wrong.push(...againstJournal(entries, journal), ...(await againstState(owner)));
  return { entries: entries.length, wrong };
}

export type Inspection = { readonly entries: number; readonly wrong: readonly string[] };

type Entry = { readonly seq: number; readonly hash: string; readonly correlation: string | null };

/** Line by line: five minutes of overload leave more than a string can hold. */
async function entriesIn(file: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith('{"entry":')) continue;
    const { entry, hash, seq }: { entry: { correlation: string | null }; hash: string; seq: number } =
      JSON.parse(line);
    entries.push({ seq, hash, correlation: entry.correlation });
  }
  return entries;
}

/** Each promise stands where it was promised, and once; nothing else of this client's stands there. */
function againstJournal(entries: readonly Entry[], journal: Journal): string[] {
  const wrong: string[] = [];
  const times = new Map<string, number>();
  entries.forEach(({ seq, correlation }, i) => {
    if (seq !== i + 1) wrong.push(`seq ${seq} is the entry number ${i + 1}`);
    if (correlation !== null) times.set(correlation, (times.get(correlation) ?? 0) + 1);
  });
  for (const { command, seq, leaf } of journal.acknowledgements) {
    const found = entries[seq - 1];
    if (found?.correlation !== command.key || found.hash !== leaf)
      wrong.push(`lost: ${command.key} was acknowledged as ${seq}, where ${JSON.stringify(found)} stands`);
  }
  for (const key of journal.commands.keys()) {
    const found = times.get(key) ?? 0;
    if (found > 1) wrong.push(`applied ${found} times: ${key}`);
  }
  return wrong;
}

/** By kind of stream; the environment's own streams are not touched by the load. */
const FOLDS: { readonly [kind: string]: { evolve(state: never, event: never, now: string): unknown } } = {
  access: accessFold,
  definition: definitionFold,
  directory: directoryFold,
  document: documentFold,
  request: requestFold,
};

type Row = {
  readonly stream: string;
  readonly kind: string;
  readonly leaf: Buffer;
  /** Of the stream, on its last entry. */
  readonly state: string | null;
};

/** `fold(events) = state` for every stream, one after the other, and a head that counts its entries. */
async function againstState(owner: string): Promise<string[]> {
  return withClient(owner, async (client) => {
    const wrong: string[] = [];
    // In one snapshot, so that a timer or a reader may go on writing.
    await client.query('begin isolation level repeatable read read only');
    await client.query(
      `declare folded no scroll cursor for
       select stream_id as stream, s.kind, e.leaf, case when e.version = s.version then s.state::text end as state
         from countersign.entry e join countersign.stream s using (environment_id, stream_id)
        order by environment_id, stream_id, e.version`,
    );
    let state: unknown = null;
    for (;;) {
      const { rows } = await client.query<Row>('fetch 2000 from folded');
      if (rows.length === 0) break;
      for (const row of rows) {
        state = folded(row, state);
        if (row.state === null) continue;
        if (FOLDS[row.kind] !== undefined && !isDeepStrictEqual(plain(state), JSON.parse(row.state)))
          wrong.push(`the state of ${row.stream} is not the fold of its events`);
        state = null;
      }
    }
    const streams = await client.query<{ stream_id: string }>(
      `select stream_id from countersign.stream s where not exists
        (select from countersign.entry e where e.environment_id = s.environment_id
          and e.stream_id = s.stream_id and e.version = s.version)`,
    );
    for (const { stream_id } of streams.rows) wrong.push(`${stream_id} has no entry of its version`);
    const heads = await client.query<{ environment_id: string; seq: string; entries: string }>(
      'select environment_id, h.seq, count(e.seq) as entries from countersign.head h left join countersign.entry e using (environment_id) group by 1, 2',
    );
    for (const { environment_id, seq, entries: found } of heads.rows)
      if (seq !== found)
        wrong.push(`${environment_id}: the head says ${seq}, and there are ${found} entries`);
    await client.query('rollback');
    return wrong;
  });
}

function folded({ kind, leaf }: Row, before: unknown): unknown {
  const { now, events }: { now: string; events: never[] } = JSON.parse(leaf.toString('utf8'));
  let state = before;
  for (const event of events) state = FOLDS[kind]?.evolve((state ?? null) as never, event, now);
  return state;
}

const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

/** The superuser of the embedded PostgreSQL, who sees every environment. */
export function embeddedOwner(data: string): string {
  const at = path.join(data, 'postgres');
  const password = readFileSync(path.join(at, 'superuser-password'), 'utf8').trim();
  const found = readPostmaster(path.join(at, 'data'));
  if (found === undefined) throw new Error(`no PostgreSQL runs in ${at}`);
  return `postgres://postgres:${password}@/countersign?host=${encodeURIComponent(found.socketDir)}&port=${found.port}`;
}
