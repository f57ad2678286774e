import type { DocumentSlot, Field, ScalarType, Tolerance } from '../model.ts';
import { list, type Named, optional, record, required } from '../shape/collections.ts';
import { flag, text, whole, word } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import { formKeys, lines, notYet, template } from './later.ts';
import { currency, tolerance } from './quantities.ts';
import { localized, names, slug } from './words.ts';

export const SCALARS = [
  'text',
  'integer',
  'decimal',
  'money',
  'percent',
  'boolean',
  'date',
  'datetime',
  'duration',
  'enum',
  'email',
  'person',
  'reference',
] as const satisfies readonly [ScalarType, ...ScalarType[]];

type Unnamed = Omit<Field, 'name'>;

export const choice = text({ what: 'a value', example: 'EMEA', most: 200 });

/** Which types a key belongs to. */
const OWNERS: { readonly [key: string]: readonly string[] } = {
  of: ['enum'],
  to: ['reference'],
  currency: ['money'],
  items: ['list'],
  max: ['text', 'list'],
  tolerance: ['money', 'integer', 'decimal', 'percent'],
};

function refusedTolerance(given: Tolerance, type: Field['type'], personal: boolean): string | null {
  if (personal) return 'A personal value is sealed, so nobody can measure its change. Take out `tolerance`.';
  if (type === 'list') return 'The change of a list cannot be measured. Take out `tolerance`.';
  const isMoney = 'currency' in given;
  if ('share' in given) return type === 'percent' ? 'Of a percentage, say how many points: `0.5`.' : null;
  if (isMoney === (type === 'money')) return null;
  return isMoney
    ? `This field is of type ${type}: leave out the currency.`
    : 'Of money, say the currency: `10 EUR`.';
}

const full: Shape<Unnamed> = mapped(
  record({
    type: required(word(...SCALARS, 'list', 'lines'), 'the type of the field'),
    required: optional(flag, false, 'Must it be given? Default: false'),
    personal: optional(
      flag,
      false,
      'About a person: sealed in the ledger, and closed to conditions. Default: false',
    ),
    title: optional(localized, null, 'What people see'),
    of: optional(list(choice, 'values', 1, 1000), null, 'enum: the values'),
    to: optional(slug('a kind of thing', 'party'), null, 'reference: the kind of thing'),
    currency: optional(currency, null, 'money: the only currency allowed'),
    items: optional(word(...SCALARS), null, 'list: type of the items'),
    max: optional(whole(1, 100_000), null, 'text: characters; list: items'),
    tolerance: optional(tolerance, null, 'A change that is not material: `2%`, `10 EUR`'),
    columns: optional(lines, null, 'lines: the columns'),
    ...formKeys,
  }),
  (value, at, path, reading) => {
    if (value.type === 'lines') {
      notYet(reading, 'The field type `lines` (line items)', path, at);
      return { type: 'list', items: 'text', required: value.required, personal: value.personal };
    }
    const { type } = value;
    const kinds: readonly string[] = type === 'list' ? ['list', value.items ?? 'text'] : [type];
    const given = {
      of: value.of,
      to: value.to,
      currency: value.currency,
      items: value.items,
      max: value.max,
      tolerance: value.tolerance,
    };
    for (const [key, owners] of Object.entries(OWNERS)) {
      const isGiven = given[key as keyof typeof given] !== null;
      if (isGiven && !owners.some((owner) => kinds.includes(owner))) {
        const message = `\`${key}\` belongs to fields of type ${owners.join(' or ')}; this one is ${type}. Remove it.`;
        return report(reading, 'conflicting-keys', at, path, message);
      }
      const missing = !isGiven && owners.some((owner) => kinds.includes(owner));
      if (missing && (key === 'of' || key === 'items')) {
        const message = `\`${key}\` is missing: a field of type ${owners[0]} needs it. Add \`${key}:\`.`;
        return report(reading, 'missing-key', at, path, message);
      }
    }
    if (value.tolerance !== null) {
      const reason = refusedTolerance(value.tolerance, type, value.personal);
      if (reason !== null) return report(reading, 'conflicting-keys', at, `${path}.tolerance`, reason);
    }
    if (value.of !== null && new Set(value.of).size < value.of.length)
      return report(reading, 'duplicate', at, `${path}.of`, 'A value stands here twice. Keep one.');
    return {
      type,
      required: value.required,
      personal: value.personal,
      ...(value.title === null ? {} : { title: value.title }),
      ...(value.of === null ? {} : { of: value.of }),
      ...(value.to === null ? {} : { to: value.to }),
      ...(value.currency === null ? {} : { currency: value.currency }),
      ...(value.items === null ? {} : { items: value.items }),
      ...(value.max === null ? {} : { max: value.max }),
      ...(value.tolerance === null ? {} : { tolerance: value.tolerance }),
    };
  },
);

const plain: Shape<Unnamed> = mapped(word(...SCALARS), (type, at, path, reading) =>
  type === 'enum'
    ? report(
        reading,
        'missing-key',
        at,
        path,
        'An enum needs its values: `{ type: enum, of: [small, large] }`.',
      )
    : { type, required: false, personal: false },
);

/** `amount: money`, or `amount: { type: money, required: true }`; in form order. */
export const fields: Shape<readonly Named<Unnamed>[]> = names(
  'a field',
  'amount',
  byForm<Unnamed>({ scalar: plain, map: full }),
);

const fileType = text({ what: 'a file type', example: 'pdf', pattern: /^[a-z0-9]{1,10}$/ });
const EMPTY_SLOT: Omit<DocumentSlot, 'name'> = { required: false, many: false, accept: [] };

const slot: Shape<Omit<DocumentSlot, 'name'>> = byForm({
  nothing: EMPTY_SLOT,
  map: mapped(
    record({
      required: optional(flag, false, 'Must there be one? Default: false'),
      many: optional(flag, false, 'May there be several? Default: false'),
      accept: optional(list(fileType, 'file types', 1, 50), [], 'File types, by content; any by default'),
      template: optional(template, null, 'Generated from this template'),
    }),
    (value) => ({ required: value.required, many: value.many, accept: [...new Set(value.accept)].sort() }),
  ),
});

export const documents: Shape<readonly Named<Omit<DocumentSlot, 'name'>>[]> = names(
  'a document',
  'order',
  slot,
);
