import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { byName } from '../kit/people.ts';
import { personWho } from '../kit/place.ts';

export const requestAdvise = command({
  name: 'request advise',
  summary: 'Give the advice that you were asked for',
  about: 'A comment that decides nothing: `request comments` shows it. What waited for it may go on.',
  parameters: ['<addition>', '<text>'],
  flags: { ...connectionFlags, ...personFlags, ...changeFlags },
  examples: ['countersign request advise add_…_1 "Customary; ask for two offers" --as ines.weber'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    const advising = client.giveAdvice({
      path: { addition: args.addition },
      body: { comment: args.text },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? advising : byName(client, advising));
    output.result({ ...data, receipt }, (paint) => `${paint.green('✓')} Recorded.`);
    return undefined;
  },
});
