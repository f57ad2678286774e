import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
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
  const entries = entriesIn(file);
  wrong.push(...againstJournal(entries, journal), ...(await againstState(owner)));
  return { entries: entries.length, wrong };
}

export type Inspection = { readonly entries: number; readonly wrong: readonly string[] };

type Entry = { readonly seq: number; readonly hash: string; readonly correlation: string | null };

function entriesIn(file: string): Entry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"entry":'))
    .map((line) => {
      const { entry, hash, seq }: { entry: { correlation: string | null }; hash: string; seq: number } =
        JSON.parse(line);
      return { seq, hash, correlation: entry.correlation };
    });
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

/** `fold(events) = state` for every stream, and a head that counts its entries. */
async function againstState(owner: string): Promise<string[]> {
  return withClient(owner, async (client) => {
    const wrong: string[] = [];
    const folded = new Map<string, unknown>();
    // In one snapshot, so that a timer or a reader may go on writing.
    await client.query('begin isolation level repeatable read read only');
    const entries = await client.query<{ stream_id: string; kind: string; leaf: Buffer }>(
      'select stream_id, kind, leaf from countersign.entry join countersign.stream using (environment_id, stream_id) order by environment_id, seq',
    );
    for (const { stream_id, kind, leaf } of entries.rows) {
      const { now, events }: { now: string; events: never[] } = JSON.parse(leaf.toString('utf8'));
      for (const event of events)
        folded.set(stream_id, FOLDS[kind]?.evolve((folded.get(stream_id) ?? null) as never, event, now));
    }
    const streams = await client.query<{ stream_id: string; kind: string; state: string }>(
      'select stream_id, kind, state::text as state from countersign.stream',
    );
    for (const { stream_id, kind, state } of streams.rows)
      if (FOLDS[kind] !== undefined && !isDeepStrictEqual(plain(folded.get(stream_id)), JSON.parse(state)))
        wrong.push(`the state of ${stream_id} is not the fold of its events`);
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

const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

/** The superuser of the embedded PostgreSQL, who sees every environment. */
export function embeddedOwner(data: string): string {
  const at = path.join(data, 'postgres');
  const password = readFileSync(path.join(at, 'superuser-password'), 'utf8').trim();
  const found = readPostmaster(path.join(at, 'data'));
  if (found === undefined) throw new Error(`no PostgreSQL runs in ${at}`);
  return `postgres://postgres:${password}@/countersign?host=${encodeURIComponent(found.socketDir)}&port=${found.port}`;
}
