import { command } from '../kit/command.ts';
import { actingFor, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { requestView } from '../kit/request-view.ts';

export const requestShow = command({
  name: 'request show',
  summary: 'Show a request: its content, its route, who is asked',
  parameters: ['<id>'],
  flags: { ...connectionFlags, ...personFlags },
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const { data } = await client.getApprovalRequest({ path: { request: args.id } });
    const view = output.json ? () => '' : await requestView(client, data);
    output.result(data, view);
    return undefined;
  },
});
