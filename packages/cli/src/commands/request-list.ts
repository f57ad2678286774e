import type { ApprovalRequestSummary } from '@countersign/sdk';
import { integer } from 'cleye/formats';
import { command } from '../kit/command.ts';
import { actingFor, connect, connectionFlags, personFlags, personId } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';
import { namesOf } from '../kit/people.ts';
import { statusText } from '../kit/request-view.ts';
import { type Cell, table, when } from '../kit/text.ts';

const statuses = ['draft', 'in_review', 'on_hold', 'blocked', 'returned', 'fulfilling', 'closed'] as const;
type Status = (typeof statuses)[number];
const isStatus = (text: string): text is Status => statuses.some((status) => status === text);

function Statuses(text: string): Status[] {
  return text.split(',').map((one) => {
    if (!isStatus(one)) throw new Error(`${one} is not a status. They are: ${statuses.join(', ')}.`);
    return one;
  });
}

export const requestList = command({
  name: 'request list',
  summary: 'List requests, newest first',
  flags: {
    status: { type: Statuses, placeholder: '<a,b>', description: `Only these: ${statuses.join(', ')}` },
    definition: {
      type: String,
      alias: 'd',
      placeholder: '<name>',
      description: 'Only those of this definition',
    },
    requester: { type: String, placeholder: '<person>', description: 'Only those of this requester' },
    assignee: { type: String, placeholder: '<person>', description: 'Only those that wait for this person' },
    reference: {
      type: String,
      placeholder: '<id>',
      description: 'Only the one with this id in the source system',
    },
    search: { type: String, placeholder: '<words>', description: 'Words in the reference or in text fields' },
    limit: { type: integer(), default: 50, placeholder: '<n>', description: 'At most so many' },
    ...connectionFlags,
    ...personFlags,
  },
  async run({ flags, io, output }) {
    if (flags.limit < 1) throw new UsageError('--limit must be at least 1.');
    const client = await actingFor(connect(flags, io), flags.as);
    const query = {
      limit: Math.min(flags.limit, 200),
      ...(flags.status === undefined ? {} : { status: flags.status }),
      ...(flags.definition === undefined ? {} : { definition: flags.definition }),
      ...(flags.requester === undefined ? {} : { requester: await personId(client, flags.requester) }),
      ...(flags.assignee === undefined ? {} : { assignee: await personId(client, flags.assignee) }),
      ...(flags.reference === undefined ? {} : { externalReference: flags.reference }),
      ...(flags.search === undefined ? {} : { q: flags.search }),
    };
    const found: ApprovalRequestSummary[] = [];
    for await (const item of client.items('listApprovalRequests', { query })) {
      found.push(item);
      if (found.length === flags.limit) break;
    }
    const names = output.json
      ? String
      : await namesOf(
          client,
          found.map(({ requester }) => requester),
        );
    output.result(found, (paint) => {
      if (found.length === 0) return 'There are none.';
      const head: Cell[] = ['REQUEST', 'STATUS', 'DEFINITION', 'REFERENCE', 'REQUESTER', 'UPDATED'].map(
        (text) => [text, paint.dim],
      );
      const rows = found.map((r): Cell[] => [
        r.id,
        statusText(r, paint),
        r.definition.name,
        r.externalReference ?? r.number ?? '–',
        names(r.requester),
        when(r.updatedAt),
      ]);
      return table([head, ...rows]);
    });
    return undefined;
  },
});
