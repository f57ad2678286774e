import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { byName } from '../kit/people.ts';
import { personWho, servedPlace } from '../kit/place.ts';
import { requestView } from '../kit/request-view.ts';

export const requestAdd = command({
  name: 'request add',
  summary: 'Add an approver, or ask for advice, before or beside your own place',
  about:
    'It only ever adds: the step still needs its quorum, and an added approver as well. `request take-away` takes it back.',
  parameters: ['<assignment>', '<person>'],
  flags: {
    advice: { type: Boolean, default: false, description: 'Ask for advice, which decides nothing' },
    before: { type: Boolean, default: false, description: 'Nobody else approves until they have answered' },
    reason: { type: String, placeholder: '<text>', description: 'Shown to the person' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign request add asg_…_1 ines.weber --before --as omar.haddad'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    const { request, text } = await servedPlace(client, args.assignment, undefined);
    output.note(text);
    const adding = client.addControl({
      path: { assignment: args.assignment },
      body: {
        person: args.person,
        as: flags.advice ? 'adviser' : 'approver',
        order: flags.before ? 'before' : 'beside',
        revision: request.revision.digest,
        ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? adding : byName(client, adding));
    output.result({ ...data, receipt }, output.json ? () => '' : await requestView(client, data));
    return undefined;
  },
});
