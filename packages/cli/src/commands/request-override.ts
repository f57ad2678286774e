import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { byName } from '../kit/people.ts';
import { personWho } from '../kit/place.ts';
import { content, requestView } from '../kit/request-view.ts';

export const requestOverride = command({
  name: 'request override',
  summary: 'Settle one step outside the route, in an emergency',
  about:
    'For those whom the step names under `override`. The reason is one of its codes. Outcome and approval token say `overridden`, and a review follows.',
  parameters: ['<id>', '<step>', '<reason>'],
  flags: {
    comment: { type: String, placeholder: '<text>', description: 'Sealed, and erased on request' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign request override req_… finance supplier-outage --as ines.weber'],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    const { data: request } = await client.getApprovalRequest({ path: { request: args.id } });
    output.note(`Revision ${request.revision.number}\n${content(request)}`);
    const overriding = client.overrideStep({
      path: { request: args.id, step: args.step },
      body: {
        revision: request.revision.digest,
        reason: args.reason,
        ...(flags.comment === undefined ? {} : { comment: flags.comment }),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? overriding : byName(client, overriding));
    const view = output.json ? () => '' : await requestView(client, data);
    output.result({ ...data, receipt }, view);
    return undefined;
  },
});
