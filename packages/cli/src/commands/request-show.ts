import type { LinkedRequest } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { requestView } from '../kit/request-view.ts';
import { clean } from '../kit/text.ts';

function linkText({ kind, direction, request }: LinkedRequest): string {
  const words = kind === 'child_of' ? 'is a child of' : kind;
  const other = `${request.id}${request.externalReference === null ? '' : ` (${request.externalReference})`}`;
  return clean(direction === 'to' ? `  It ${words} ${other}` : `  ${other} ${words} it`);
}

export const requestShow = command({
  name: 'request show',
  summary: 'Show a request: its content, its route, who is asked',
  parameters: ['<id>'],
  flags: { ...connectionFlags, ...personFlags },
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const { data } = await client.getApprovalRequest({ path: { request: args.id } });
    if (output.json) {
      output.result(data, () => '');
      return undefined;
    }
    const view = await requestView(client, data);
    const links: string[] = [];
    for await (const one of client.items('listLinks', { path: { request: args.id } }))
      links.push(linkText(one));
    output.result(data, (paint) =>
      [view(paint), ...(links.length === 0 ? [] : [`Links\n${links.join('\n')}`])].join('\n\n'),
    );
    return undefined;
  },
});
