import { MAX_ITEMS } from '../../condition/data.ts';
import type { DocumentSlot, Field, Tolerance } from '../model.ts';
import { list, type Named, optional, record, required } from '../shape/collections.ts';
import { flag, text, word } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import { template } from './later.ts';
import { columns } from './lines.ts';
import { tolerance } from './quantities.ts';
import { misfits, SCALARS, typeKeys } from './scalar-types.ts';
import { condition, expression, localized, names, slug } from './words.ts';

type Unnamed = Omit<Field, 'name'>;

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

type Given = {
  readonly type: Field['type'];
  readonly personal: boolean;
  readonly max: number | null;
  readonly compute: string | null;
};

/** What does not go together in a form. */
function refusedForm({ type, personal, max, compute }: Given): string | null {
  if (type === 'lines' && personal)
    return 'Rows are read by conditions. Say `personal` of the columns that are.';
  if (type === 'lines' && compute !== null) return 'Rows are given. Say `compute` of a column.';
  if (type === 'lines' && max !== null && max > MAX_ITEMS) return `A field has at most ${MAX_ITEMS} rows.`;
  if (personal && compute !== null)
    return 'A personal value is sealed before anything is computed. Take out `personal` or `compute`.';
  return null;
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
    ...typeKeys,
    items: optional(word(...SCALARS), null, 'list: type of the items'),
    tolerance: optional(tolerance, null, 'A change that is not material: `2%`, `10 EUR`'),
    columns: optional(columns, null, 'lines: the columns'),
    section: optional(
      slug('the name of a section', 'amounts'),
      null,
      'Section of the form that it stands in',
    ),
    visible: optional(condition, null, 'Shown only if this holds; hidden, it is absent and not required'),
    compute: optional(expression, null, 'Computed from other fields, such as `=net + tax`; nobody gives it'),
  }),
  (value, at, path, reading) => {
    const { type } = value;
    if (misfits(value, type, value.items, at, path, reading)) return undefined;
    if (value.tolerance !== null) {
      const reason = refusedTolerance(value.tolerance, type, value.personal);
      if (reason !== null) return report(reading, 'conflicting-keys', at, `${path}.tolerance`, reason);
    }
    const reason = refusedForm(value);
    if (reason !== null) return report(reading, 'conflicting-keys', at, path, reason);
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
      ...(value.columns === null ? {} : { columns: value.columns }),
      ...(value.section === null ? {} : { section: value.section }),
      ...(value.visible === null ? {} : { visible: value.visible }),
      ...(value.compute === null ? {} : { compute: value.compute }),
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
