import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';
import { byName } from '../kit/people.ts';
import { personWho } from '../kit/place.ts';

export const requestReviewOverride = command({
  name: 'request review-override',
  summary: 'Say whether an override was justified',
  about:
    'A separate, later act by somebody else. `unjustified` needs --reason, raises an exception, and rewrites nothing.',
  parameters: ['<override>', '<finding>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Required where it was not justified' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign request review-override ovr_…_1 justified --as lea.brandt'],
  async run({ args, flags, io, output }) {
    const { finding } = args;
    if (finding !== 'justified' && finding !== 'unjustified')
      throw new UsageError(`${finding} is none of justified, unjustified.`);
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    const reviewing = client.reviewOverride({
      path: { override: args.override },
      body: { finding, ...(flags.reason === undefined ? {} : { reason: flags.reason }) },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? reviewing : byName(client, reviewing));
    output.result({ ...data, receipt }, (paint) => `${paint.green('✓')} Recorded: ${finding}.`);
    return undefined;
  },
});
