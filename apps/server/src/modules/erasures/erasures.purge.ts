import type { Reader } from '../../db/read.ts';
import type { Erasure, KeyStore } from '../../engine/seal/index.ts';

export type PurgeDeps = { readonly reader: Reader; readonly keys: KeyStore };

/** Destroys the subject's key, then what it would have opened. Idempotent; in this order, so that no key outlives its rows. */
export async function purge({ reader, keys }: PurgeDeps, erasure: Erasure): Promise<void> {
  await keys.destroy(erasure);
  await deleteRows(reader, erasure.environment, erasure.owner);
}

async function deleteRows(reader: Reader, environment: string, owner: string): Promise<void> {
  await reader.readAs(environment).query('select countersign.erase_owner($1, $2)', [environment, owner]);
}

/**
 * Brings database and key store to the same erasures, before anything is served: a database that was restored learns
 * what was erased since its backup, and a key store that was restored loses again what the log says was erased
 * (ENGINE 14).
 * @returns how many erasures were found undone.
 */
export async function replayErasures(
  { reader, keys }: PurgeDeps,
  environments: readonly string[],
): Promise<number> {
  let undone = 0;
  const listed = await keys.erasures();
  for (const environment of environments) {
    const here = listed.filter((erasure) => erasure.environment === environment);
    for (const owner of await stillHeld(reader, environment, here)) {
      await deleteRows(reader, environment, owner);
      undone += 1;
    }
    for (const erasure of await recorded(reader, environment)) {
      if (!keys.isErased(environment, erasure.owner)) undone += 1;
      // Also where it is listed: the key itself may have come back from a backup.
      await purge({ reader, keys }, erasure);
    }
    for (const erasure of here) await keys.destroy(erasure);
  }
  return undone;
}

async function stillHeld(
  reader: Reader,
  environment: string,
  erasures: readonly Erasure[],
): Promise<readonly string[]> {
  if (erasures.length === 0) return [];
  const rows = await reader.readAs(environment).query<{ owner: string }>(
    `select owner from countersign.sealed_value where environment_id = $1 and owner = any($2)
     union
     select person from countersign.person
      where environment_id = $1 and person = any($2) and (email_index is not null or user_name_index is not null)`,
    [environment, erasures.map(({ owner }) => owner)],
  );
  return rows.map((row) => row.owner);
}

/** What the log says was erased. */
export async function recorded(reader: Reader, environment: string): Promise<readonly Erasure[]> {
  const rows = await reader.readAs(environment).query<{ leaf: Buffer }>(
    `select leaf from countersign.entry
      where environment_id = $1 and stream_id = 'environment/erasures' order by version`,
    [environment],
  );
  return rows.flatMap(({ leaf }) => erasuresIn(environment, leaf));
}

/** Our own leaf of the erasure stream. */
export function erasuresIn(environment: string, leaf: Buffer): Erasure[] {
  const { command, events }: { command: { id: string }; events: { type: string; subject: string }[] } =
    JSON.parse(leaf.toString('utf8'));
  return events
    .filter(({ type }) => type === 'erasure.recorded')
    .map(({ subject }) => ({ environment, owner: subject, command: command.id }));
}
