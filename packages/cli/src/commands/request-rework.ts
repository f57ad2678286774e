import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { byName } from '../kit/people.ts';
import { personWho, servedPlace } from '../kit/place.ts';
import { statusText } from '../kit/request-view.ts';

export const requestRework = command({
  name: 'request rework',
  summary: 'Send a request back to an earlier step of the same revision',
  about:
    'Voids the decisions of that step and of every later one, and asks them again. The place of the assignment stays: it is asked once more afterwards.',
  parameters: ['<assignment>', '<step>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Shown to those who are asked again' },
    revision: {
      type: String,
      placeholder: '<digest>',
      description: 'Only if this revision is still current',
    },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: [
    'countersign request rework asg_…_4 finance --as omar.haddad --reason "Compared the wrong offer"',
  ],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    const { request, text } = await servedPlace(client, args.assignment, flags.revision);
    output.note(text);
    const reworked = client.reworkAssignment({
      path: { assignment: args.assignment },
      body: {
        to: args.step,
        revision: request.revision.digest,
        ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? reworked : byName(client, reworked));
    output.result({ ...data, receipt }, (paint) => {
      const [status, painter] = statusText(data, paint);
      return `${paint.green('✓')} Sent back to ${args.step}. The request is ${painter(status)}.`;
    });
    return undefined;
  },
});
