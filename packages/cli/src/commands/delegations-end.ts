import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';

export const delegationsEnd = command({
  name: 'delegations end',
  summary: 'End a delegation now',
  about: 'Once it is acknowledged, no decision under it is taken any more.',
  parameters: ['<id>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Kept with it' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, receipt } = await client.revokeDelegation({
      path: { delegation: args.id },
      body: flags.reason === undefined ? {} : { reason: flags.reason },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    output.result({ ...data, receipt }, (paint) => `${paint.green('✓')} ${data.id} has ended.`);
    return undefined;
  },
});
