import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { byName } from '../kit/people.ts';
import { personWho } from '../kit/place.ts';

export const requestRatify = command({
  name: 'request ratify',
  summary: 'Stand behind a decision that was made on your behalf',
  about: 'A separate, later record. It changes no count; `request show --json` names the decisions.',
  parameters: ['<decision>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Why' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign request ratify dec_…_1 --as omar.haddad'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    const ratifying = client.ratifyDecision({
      path: { decision: args.decision },
      body: flags.reason === undefined ? {} : { reason: flags.reason },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? ratifying : byName(client, ratifying));
    output.result({ ...data, receipt }, (paint) => `${paint.green('✓')} Recorded.`);
    return undefined;
  },
});
