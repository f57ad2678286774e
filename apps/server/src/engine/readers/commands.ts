import type { CommandData } from '@countersign/core';
import type { Reading } from '../../db/read.ts';

/** A command that the system gives to a request, through the same pipeline as everybody's. */
export type SystemCommand = {
  readonly environment: string;
  readonly request: string;
  /** Derived from its cause (`commandIdOf`), so that the log takes it once. */
  readonly commandId: string;
  readonly data: Extract<CommandData, { type: 'fire' | 'recheck' }>;
};

/** `unchanged`: it was allowed and nothing followed, so that no entry was made. `gone`: there is no such request. */
export type GiveCommand = (
  command: SystemCommand,
) => Promise<'committed' | 'unchanged' | 'refused' | 'replayed' | 'key-reused' | 'gone'>;

/** Which of these commands stand in the log already. */
export async function alreadyGiven(
  read: Reading,
  environment: string,
  commands: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await read.query<{ command_id: string }>(
    'select command_id from countersign.entry where environment_id = $1 and command_id = any($2)',
    [environment, commands],
  );
  return new Set(rows.map((row) => row.command_id));
}

/** Runs work for each item, `width` at a time: enough to fill a batch of the committer. Throws the first error after all have ended. */
export async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const errors: unknown[] = [];
  const hands = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const item of waiting) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  });
  await Promise.all(hands);
  if (errors.length > 0) throw errors[0];
}
