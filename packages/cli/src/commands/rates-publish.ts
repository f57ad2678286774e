import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';
import { readText } from '../kit/files.ts';
import { count } from '../kit/text.ts';

export const ratesPublish = command({
  name: 'rates publish',
  summary: 'Publish exchange rates of one source and day',
  about:
    'Each rate says how much of a currency one of the base is worth. What is submitted from then on is decided by them; what has been submitted keeps its rates. Publish again to correct a day.',
  parameters: ['<source>', '<date>'],
  flags: {
    base: {
      type: String,
      placeholder: '<currency>',
      description: 'One of this is worth …; EUR by default',
      default: 'EUR',
    },
    rate: {
      type: [String],
      placeholder: '<currency=rate>',
      description: '… so much of this, such as USD=1.0834; repeat it',
    },
    file: {
      type: String,
      placeholder: '<file>',
      description: 'The same, from a file with a line such as `USD=1.0834` or `USD,1.0834` for each',
    },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign rates publish ecb 2026-01-09 --rate USD=1.0834 --rate GBP=0.8612'],
  async run({ args, flags, io, output }) {
    const lines = flags.file === undefined ? [] : readText(flags.file).split(/\r?\n/);
    const written = [...lines.map((line) => line.trim()).filter((line) => line !== ''), ...flags.rate];
    const rates = ratesOf(written);
    const body = { source: args.source, date: args.date, base: flags.base, rates };
    const client = await actingFor(connect(flags, io), flags.as);
    const { data, status, receipt } = await client.publishExchangeRates({
      body,
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const published = status === 201;
    output.result({ published, ...data, receipt }, (paint) =>
      published
        ? `${paint.green('✓')} Published ${count(Object.keys(data.rates).length, 'rate')} of ${data.source} for ${data.date}.\n  ${paint.dim(`digest ${data.digest}`)}`
        : `${data.source} has these rates for ${data.date} already; nothing was changed.`,
    );
    return undefined;
  },
});

function ratesOf(written: readonly string[]): { [currency: string]: string } {
  const rates: { [currency: string]: string } = {};
  for (const one of written) {
    const [, currency, rate] = /^([A-Z]{3}) *[=,;\t ] *([0-9.]+)$/.exec(one) ?? [];
    if (currency === undefined || rate === undefined)
      throw new UsageError(`${one.slice(0, 80)} is no rate such as USD=1.0834.`);
    if (Object.hasOwn(rates, currency)) throw new UsageError(`${currency} stands there twice.`);
    rates[currency] = rate;
  }
  if (written.length === 0) throw new UsageError('There is no rate. Give --rate USD=1.0834, or --file.');
  return rates;
}
