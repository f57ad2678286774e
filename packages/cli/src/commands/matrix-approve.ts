import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';

export const matrixApprove = command({
  name: 'matrix approve',
  summary: 'Approve a change of an authority matrix',
  about:
    'By a person whom the version in force names, never by whoever proposed the change. The digest is that of the change that you have seen.',
  parameters: ['<name>', '<digest>'],
  flags: { ...connectionFlags, ...personFlags, ...changeFlags },
  examples: ['countersign matrix approve spend 5f2c… --as omar.haddad'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, receipt } = await client.approveMatrix({
      path: { name: args.name },
      body: { digest: args.digest },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { name, version, digest, effectiveFrom, seq } = data;
    output.result({ name, version, digest, effectiveFrom, seq, receipt }, (paint) =>
      [
        `${paint.green('✓')} Approved: ${name} version ${version} is in force from ${effectiveFrom}, entry ${seq}.`,
        `  ${paint.dim(`digest ${digest}`)}`,
      ].join('\n'),
    );
    return undefined;
  },
});
