import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { formatOf, readText } from '../kit/files.ts';
import { when } from '../kit/text.ts';

export const calendarsPublish = command({
  name: 'calendars publish',
  summary: 'Publish a calendar as a new version',
  about:
    'A version never changes, and is in force from `effectiveFrom`. Content that is the newest version already is left as it is. Deadlines that stand do not move.',
  parameters: ['<file>'],
  flags: {
    effectiveFrom: {
      type: String,
      placeholder: '<time>',
      description: 'In force from then on, such as 2026-07-01T00:00:00Z; else as the file says, else now',
    },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  async run({ args, flags, io, output }) {
    const { effectiveFrom } = flags;
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, status, receipt } = await client.publishCalendar({
      body: {
        format: formatOf(args.file),
        source: readText(args.file),
        ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const published = status === 201;
    output.result({ published, ...data, receipt }, (paint) =>
      published
        ? `${paint.green('✓')} Published ${data.name}, in force from ${when(data.effectiveFrom)}.\n  ${paint.dim(`digest ${data.digest}`)}`
        : `${data.name} has this content already; nothing was changed.`,
    );
    return undefined;
  },
});
