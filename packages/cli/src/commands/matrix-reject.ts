import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';

export const matrixReject = command({
  name: 'matrix reject',
  summary: 'Reject a change of an authority matrix, or take your own back',
  parameters: ['<name>', '<digest>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Why' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign matrix reject spend 5f2c… --as omar.haddad --reason "Too much for a lead"'],
  async run({ args, flags, io, output }) {
    const { reason, idempotencyKey } = flags;
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, receipt } = await client.rejectMatrix({
      path: { name: args.name },
      body: { digest: args.digest, ...(reason === undefined ? {} : { reason }) },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    output.result(
      { ...data, receipt },
      () => `Rejected the change of ${data.name}; the version in force stays.`,
    );
    return undefined;
  },
});
