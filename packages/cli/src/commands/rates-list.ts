import type { ItemOf } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { type Cell, table } from '../kit/text.ts';

export const ratesList = command({
  name: 'rates list',
  summary: 'List exchange rates, the newest day of each source first',
  about: 'With --on, the rates themselves: those that a submission on that day is decided by.',
  parameters: ['[source]'],
  flags: {
    on: { type: String, placeholder: '<date>', description: 'The rates of this day; needs a source' },
    ...connectionFlags,
  },
  async run({ args, flags, io, output }) {
    const client = connect(flags, io);
    if (args.source !== undefined && flags.on !== undefined) {
      const { data } = await client.getExchangeRates({
        path: { source: args.source },
        query: { date: flags.on },
      });
      output.result(data, (paint) => {
        const head = `${data.source}, ${data.date}: one ${data.base} is`;
        const rows = Object.entries(data.rates).map(([currency, rate]): Cell[] => [rate, currency]);
        return `${paint.bold(head)}\n${table(rows, '  ')}`;
      });
      return undefined;
    }
    const found: ItemOf<'listExchangeRates'>[] = [];
    const query = args.source === undefined ? {} : { source: args.source };
    for await (const one of client.items('listExchangeRates', { query })) found.push(one);
    output.result(found, (paint) => {
      if (found.length === 0) return 'There are none.';
      const head: Cell[] = ['SOURCE', 'DATE', 'BASE', 'CURRENCIES', 'DIGEST'].map((text) => [
        text,
        paint.dim,
      ]);
      const rows = found.map(({ source, date, base, currencies, digest }): Cell[] => [
        source,
        date,
        base,
        String(currencies),
        digest.slice(0, 12),
      ]);
      return table([head, ...rows]);
    });
    return undefined;
  },
});
