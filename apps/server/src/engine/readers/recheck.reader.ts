import type { DirectoryEvent } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import { affectedRequests, touchedBy } from './affected.ts';
import { commandIdOf } from './command-id.ts';
import { alreadyGiven, eachOf, type GiveCommand } from './commands.ts';
import type { LogEntry } from './entries.ts';
import type { Subscription } from './runner.ts';

/** Commands given side by side: they meet in one batch of the committer. */
const WIDTH = 16;

/**
 * After each change of authority, tells every request that may be concerned to look again at who is eligible
 * (SEMANTICS 8, 14). The command's id names entry and request: a reader that was killed half way gives the rest, and
 * what it had given already is not given twice.
 */
export function recheckReader(reader: Reader, give: GiveCommand): Subscription {
  return {
    name: 'recheck',
    wants: 'authority',
    async handle(environment, entries) {
      for (const entry of entries) await recheck(reader, give, environment, entry);
    },
  };
}

async function recheck(
  reader: Reader,
  give: GiveCommand,
  environment: string,
  { seq, leaf }: LogEntry,
): Promise<void> {
  const read = reader.readAs(environment);
  const requests = await affectedRequests(read, environment, touchedBy(authorityEvents(leaf)));
  const commands = requests.map((request) => ({ request, commandId: commandIdOf('recheck', seq, request) }));
  const given = await alreadyGiven(
    read,
    environment,
    commands.map(({ commandId }) => commandId),
  );
  const due = commands.filter(({ commandId }) => !given.has(commandId));
  await eachOf(due, WIDTH, async (command) => {
    await give({ environment, ...command, data: { type: 'recheck' } });
  });
}

const AUTHORITY: ReadonlySet<string> = new Set<DirectoryEvent['type']>([
  'person.recorded',
  'group.recorded',
  'role.recorded',
  'delegation.granted',
  'delegation.revoked',
  'matrix.published',
  'matrix.took-effect',
  'calendar.published',
  'rates.published',
]);

/** Keys, too, move the directory's revision; they make nobody eligible. */
function authorityEvents(leaf: Buffer): readonly DirectoryEvent[] {
  const { events }: { readonly events: readonly DirectoryEvent[] } = JSON.parse(leaf.toString('utf8'));
  return events.filter((event) => AUTHORITY.has(event.type));
}
