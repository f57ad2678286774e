import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { byName } from '../kit/people.ts';
import { requestView } from '../kit/request-view.ts';

export const requestTakeAway = command({
  name: 'request take-away',
  summary: 'Take back an approver or advice that was added',
  about: 'By who added it, or by a service account. It stands in the log with its reason.',
  parameters: ['<addition>', '<reason>'],
  flags: { ...connectionFlags, ...personFlags, ...changeFlags },
  examples: ['countersign request take-away add_…_1 "Added the wrong person" --as omar.haddad'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const taking = client.takeControlAway({
      path: { addition: args.addition },
      body: { reason: args.reason },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? taking : byName(client, taking));
    output.result({ ...data, receipt }, output.json ? () => '' : await requestView(client, data));
    return undefined;
  },
});
