import type { Delegation } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, connect, connectionFlags, personFlags, personId } from '../kit/connection.ts';
import { namesOf } from '../kit/people.ts';
import { type Cell, table, when } from '../kit/text.ts';

export const delegationsList = command({
  name: 'delegations list',
  summary: 'List delegations',
  flags: {
    from: { type: String, placeholder: '<person>', description: 'Only those of this person’s authority' },
    to: { type: String, placeholder: '<person>', description: 'Only those to this person' },
    active: { type: Boolean, description: 'Only those in force now' },
    ...connectionFlags,
    ...personFlags,
  },
  async run({ flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const query = {
      ...(flags.from === undefined ? {} : { from: await personId(client, flags.from) }),
      ...(flags.to === undefined ? {} : { to: await personId(client, flags.to) }),
      ...(flags.active === true ? { active: true } : {}),
    };
    const found: Delegation[] = [];
    for await (const one of client.items('listDelegations', { query })) found.push(one);
    const names = output.json
      ? String
      : await namesOf(
          client,
          found.flatMap(({ from, to }) => [from, to]),
        );
    output.result(found, (paint) => {
      if (found.length === 0) return 'There are none.';
      const head: Cell[] = ['DELEGATION', 'FROM', 'TO', 'STARTS', 'ENDS', 'COVERS'].map((text) => [
        text,
        paint.dim,
      ]);
      const rows = found.map((one): Cell[] => [
        one.id,
        names(one.from),
        names(one.to),
        when(one.starts),
        one.revokedAt === null ? when(one.ends) : [`ended ${when(one.revokedAt)}`, paint.red],
        covers(one),
      ]);
      return table([head, ...rows]);
    });
    return undefined;
  },
});

function covers({ definitions, limit, categories }: Delegation): string {
  const parts = [
    ...(definitions === null ? [] : [definitions.join(', ')]),
    ...(limit === null ? [] : [`up to ${limit.amount} ${limit.currency}`]),
    ...Object.entries(categories ?? {}).map(([field, values]) => `${field} ${values.join(' or ')}`),
  ];
  return parts.length === 0 ? 'everything' : parts.join('; ');
}
