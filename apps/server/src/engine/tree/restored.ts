import type { EnvironmentRestored } from '@countersign/ledger';
import type { Reading } from '../../db/read.ts';

/** The stream of what happens to the log itself. No slug holds a slash, so that no definition can take its name. */
export const LOG_STREAM = 'environment/log';

export type LogState = { readonly restores: number };

export const logFold = {
  schema: 1,
  evolve: (state: LogState | null, _event: EnvironmentRestored): LogState => ({
    restores: (state?.restores ?? 0) + 1,
  }),
} as const;

/** Whether the log declares that it became `origin` by a restore, after this very checkpoint. */
export async function restoreTo(
  read: Reading,
  environment: string,
  origin: string,
  note: string,
): Promise<boolean> {
  const rows = await read.query<{ leaf: Buffer }>(
    `select leaf from countersign.entry
      where environment_id = $1 and stream_id = $2 order by version desc limit 1`,
    [environment, LOG_STREAM],
  );
  const leaf = rows[0]?.leaf;
  if (leaf === undefined) return false;
  // Our own leaf of this stream, which holds no other events.
  const { events }: { readonly events: readonly EnvironmentRestored[] } = JSON.parse(leaf.toString('utf8'));
  return events.some((event) => event.origin === origin && event.previous.checkpoint === note);
}
