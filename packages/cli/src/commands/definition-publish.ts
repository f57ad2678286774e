import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { formatOf, readText } from '../kit/files.ts';

export const definitionPublish = command({
  name: 'definition publish',
  summary: 'Publish a definition as a new version',
  about: 'A version never changes. Content that is the newest version already is left as it is.',
  parameters: ['<file>'],
  flags: { ...connectionFlags, ...personFlags, ...changeFlags },
  async run({ args, flags, io, output }) {
    const body = { format: formatOf(args.file), source: readText(args.file) };
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, status, receipt } = await client.publishDefinition({
      body,
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const published = status === 201;
    const { name, version, digest, seq } = data;
    output.result({ published, name, version, digest, seq, receipt }, (paint) =>
      published
        ? `${paint.green('✓')} Published ${name} version ${version}, entry ${seq}.\n  ${paint.dim(`digest ${digest}`)}`
        : `${name} version ${version} has this content already; nothing was changed.`,
    );
    return undefined;
  },
});
