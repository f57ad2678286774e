import { command } from '../kit/command.ts';
import { changeFlags, connect, connectionFlags } from '../kit/connection.ts';

export const keysRevoke = command({
  name: 'keys revoke',
  summary: 'Revoke an API key',
  parameters: ['<key-id>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Kept with the revocation' },
    ...connectionFlags,
    ...changeFlags,
  },
  async run({ args, flags, io, output }) {
    const { data } = await connect(flags, io).revokeApiKey({
      path: { key: args['key-id'] },
      body: flags.reason === undefined ? {} : { reason: flags.reason },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    output.result(
      data,
      (paint) => `${paint.green('✓')} ${data.id} is revoked; nothing that it asks is answered any more.`,
    );
    return undefined;
  },
});
