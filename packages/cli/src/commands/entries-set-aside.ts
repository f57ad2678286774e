import type { SetAsideEntry } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { type Cell, table } from '../kit/text.ts';

export const entriesSetAside = command({
  name: 'entries set-aside',
  summary: 'List entries that a reader of the log could not handle',
  about:
    'The reader went on without them. When the cause is mended, give them back with `entries handle-again`.',
  flags: connectionFlags,
  async run({ flags, io, output }) {
    const entries: SetAsideEntry[] = [];
    for await (const entry of connect(flags, io).items('listSetAsideEntries')) entries.push(entry);
    output.result(entries, (paint) => {
      if (entries.length === 0) return 'Nothing is set aside.';
      const head: Cell[] = ['ENTRY', 'READER', 'ABOUT', 'ERROR'].map((text) => [text, paint.dim]);
      const rows = entries.map(({ seq, reader, stream, error }): Cell[] => [`${seq}`, reader, stream, error]);
      return table([head, ...rows]);
    });
    return undefined;
  },
});
