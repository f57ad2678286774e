import { command } from '../kit/command.ts';
import { changeFlags, connect, connectionFlags } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';

export const entriesHandleAgain = command({
  name: 'entries handle-again',
  summary: 'Have an entry that was set aside handled again',
  parameters: ['<reader>', '<entry>'],
  flags: { ...connectionFlags, ...changeFlags },
  examples: ['countersign entries handle-again recheck 42'],
  async run({ args, flags, io, output }) {
    if (!/^[1-9][0-9]{0,15}$/.test(args.entry))
      throw new UsageError('Name the entry by its number, as `countersign entries set-aside` lists it.');
    const { data } = await connect(flags, io).handleSetAsideEntry({
      path: { seq: Number(args.entry) },
      body: { reader: args.reader },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    output.result(data, (paint) => `${paint.green('✓')} ${data.reader} has handled entry ${data.seq}.`);
    return undefined;
  },
});
