import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';

export const requestCancel = command({
  name: 'request cancel',
  summary: 'Cancel a request, or discard a draft',
  parameters: ['<id>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Why' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, receipt } = await client.cancelApprovalRequest({
      path: { request: args.id },
      body: flags.reason === undefined ? {} : { reason: flags.reason },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    output.result({ request: data, receipt }, (paint) => `${paint.green('✓')} Cancelled: ${data.id}.`);
    return undefined;
  },
});
