import type { DelegationInput } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';
import { assignment } from '../kit/fields.ts';
import { byName, namesOf } from '../kit/people.ts';
import { clean, when } from '../kit/text.ts';

/** `25000 EUR` */
function Limit(text: string): { amount: string; currency: string } {
  const [, amount, currency] = /^([\d.]+) ?([A-Z]{3})$/.exec(text) ?? [];
  if (amount === undefined || currency === undefined)
    throw new Error(`${text} is no amount with its currency, such as "25000 EUR".`);
  return { amount, currency };
}

/** Whoever gives, gives from a time to a time: neither is guessed. */
function needed(text: string | undefined, flag: string): string {
  if (text === undefined) throw new UsageError(`Say ${flag}, such as 2026-07-01T00:00:00Z.`);
  return text;
}

/** By field, its values in the order in which they were given. */
function categoriesOf(given: readonly string[]): Pick<DelegationInput, 'categories'> {
  if (given.length === 0) return {};
  const pairs = Map.groupBy(given.map(assignment), ([field]) => field);
  const categories = [...pairs].map(([field, own]) => [field, own.map(([, value]) => value)] as const);
  return { categories: Object.fromEntries(categories) };
}

export const delegationsCreate = command({
  name: 'delegations create',
  summary: 'Lend authority to another person, for a time',
  about: 'It holds from --starts until --ends, never from before it is recorded, and never exceeds your own.',
  parameters: ['<to>'],
  flags: {
    from: { type: String, placeholder: '<person>', description: 'Whose authority; that of --as by default' },
    starts: { type: String, placeholder: '<time>', description: 'From when on' },
    ends: { type: String, placeholder: '<time>', description: 'Until when' },
    definition: {
      type: [String],
      alias: 'd',
      placeholder: '<name>',
      description: 'Only for this one; again for more',
    },
    limit: { type: Limit, placeholder: '<amount>', description: 'Only up to this, such as "25000 EUR"' },
    category: {
      type: [String],
      placeholder: '<field=value>',
      description: 'Only where the field has this value; again for more',
    },
    redelegable: { type: Boolean, description: 'May it be passed on?' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: [
    'countersign delegations create ines.weber --as omar.haddad --starts 2026-07-01T00:00:00Z --ends 2026-07-15T00:00:00Z',
  ],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const creating = client.createDelegation({
      body: {
        to: args.to,
        starts: needed(flags.starts, '--starts'),
        ends: needed(flags.ends, '--ends'),
        ...(flags.from === undefined ? {} : { from: flags.from }),
        ...(flags.definition.length === 0 ? {} : { definitions: [...flags.definition] }),
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
        ...categoriesOf(flags.category),
        ...(flags.redelegable === true ? { redelegable: true } : {}),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const { data, receipt } = await (output.json ? creating : byName(client, creating));
    const names = output.json ? String : await namesOf(client, [data.from, data.to]);
    output.result(
      { ...data, receipt },
      (paint) =>
        `${paint.green('✓')} ${clean(names(data.to))} may act for ${clean(names(data.from))} from ${when(data.starts)} until ${when(data.ends)} (${data.id}).`,
    );
    return undefined;
  },
});
