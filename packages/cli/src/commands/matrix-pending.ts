import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { namesOf } from '../kit/people.ts';
import { clean, count, table } from '../kit/text.ts';

export const matrixPending = command({
  name: 'matrix pending',
  summary: 'List changes of authority matrices that wait for their approval',
  flags: { ...connectionFlags },
  async run({ flags, io, output }) {
    const client = connect(flags, io);
    const { items } = (await client.listMatrixProposals()).data;
    const persons = items.flatMap(({ proposedBy }) =>
      proposedBy.kind === 'person' ? [proposedBy.person] : [],
    );
    const names = output.json ? String : await namesOf(client, persons);
    output.result({ items }, (paint) => {
      if (items.length === 0) return 'No change waits.';
      return items
        .map((one) => {
          const { proposedBy: by, approvers } = one;
          const who =
            by.kind === 'person' ? names(by.person) : by.kind === 'service' ? by.service : by.system;
          const may =
            approvers === null
              ? 'anybody else with a key for it'
              : Object.entries(approvers).flat().join(' ');
          const rows = one.rows.map(({ cells, upTo, approver }) => [
            ...cells.map((cell) => cell ?? 'any'),
            upTo === null ? 'no limit' : `${upTo} ${one.currency}`,
            Object.entries(approver).flat().join(' '),
          ]);
          return [
            `${paint.bold(clean(one.name))}, proposed by ${clean(who)} at ${one.proposedAt}, from ${one.effectiveFrom}: ${count(rows.length, 'row')}`,
            `  waits for ${clean(may)}; digest ${one.digest}`,
            table(rows, '  '),
          ].join('\n');
        })
        .join('\n\n');
    });
    return undefined;
  },
});
