import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { formatOf, readText } from '../kit/files.ts';

export const matrixPublish = command({
  name: 'matrix publish',
  summary: 'Publish an authority matrix, or propose a change of it',
  about:
    'A version never changes. Where the version in force names its approvers, and everywhere but in a sandbox, a change waits until somebody else has approved it. Reads YAML, JSON and Markdown tables.',
  parameters: ['<file>'],
  flags: {
    effectiveFrom: {
      type: String,
      placeholder: '<time>',
      description: 'In force from then on, such as 2026-07-01T00:00:00Z',
    },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign matrix publish spend.yaml --as ingrid.lund'],
  async run({ args, flags, io, output }) {
    const { effectiveFrom, idempotencyKey } = flags;
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, status, receipt } = await client.publishMatrix({
      body: {
        format: formatOf(args.file),
        source: readText(args.file),
        ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    const { name, digest } = data;
    if (!('version' in data)) {
      output.result({ published: false, waits: true, name, digest, receipt }, (paint) =>
        [
          `The change of ${name} waits until somebody else has approved it:`,
          `  countersign matrix approve ${name} ${digest} --as …`,
          paint.dim('  countersign matrix pending shows it.'),
        ].join('\n'),
      );
      return undefined;
    }
    const { version, seq, effectiveFrom: from } = data;
    const published = status === 201;
    output.result(
      { published, waits: false, name, version, digest, effectiveFrom: from, seq, receipt },
      (paint) =>
        published
          ? `${paint.green('✓')} Published ${name} version ${version}, in force from ${from}, entry ${seq}.\n  ${paint.dim(`digest ${digest}`)}`
          : `${name} version ${version} has this content already; nothing was changed.`,
    );
    return undefined;
  },
});
