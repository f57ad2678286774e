import type { Column } from '../model.ts';
import { optional, record, required } from '../shape/collections.ts';
import { flag, word } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import { misfits, SCALARS, typeKeys } from './scalar-types.ts';
import { expression, localized, names } from './words.ts';

type Unnamed = Omit<Column, 'name'>;

/** Columns of one field; with a thousand rows, cells enough for any invoice. */
const MOST_COLUMNS = 50;

const full: Shape<Unnamed> = mapped(
  record({
    type: required(word(...SCALARS), 'the type of the column'),
    required: optional(flag, false, 'Must each row have it? Default: false'),
    personal: optional(flag, false, 'About a person: sealed in the ledger, cell by cell. Default: false'),
    title: optional(localized, null, 'What people see'),
    ...typeKeys,
    compute: optional(expression, null, 'Computed in each row, such as `=quantity * price`; nobody gives it'),
  }),
  (value, at, path, reading) => {
    if (misfits(value, value.type, null, at, path, reading)) return undefined;
    if (value.personal && value.compute !== null) {
      const message =
        'A personal value is sealed before anything is computed. Take out `personal` or `compute`.';
      return report(reading, 'conflicting-keys', at, path, message);
    }
    return {
      type: value.type,
      required: value.required,
      personal: value.personal,
      ...(value.title === null ? {} : { title: value.title }),
      ...(value.of === null ? {} : { of: value.of }),
      ...(value.to === null ? {} : { to: value.to }),
      ...(value.currency === null ? {} : { currency: value.currency }),
      ...(value.max === null ? {} : { max: value.max }),
      ...(value.compute === null ? {} : { compute: value.compute }),
    };
  },
);

const plain: Shape<Unnamed> = mapped(word(...SCALARS), (type, at, path, reading) =>
  misfits({ of: null }, type, null, at, path, reading)
    ? undefined
    : { type, required: false, personal: false },
);

/** `quantity: integer`, or `amount: { type: money, compute: =quantity * price }`; in their order. */
export const columns: Shape<readonly Column[]> = mapped(
  names('a column', 'amount', byForm<Unnamed>({ scalar: plain, map: full })),
  (found, at, path, reading) => {
    if (found.length >= 1 && found.length <= MOST_COLUMNS)
      return found.map(({ name, value }) => ({ name, ...value }));
    const message = `\`columns\` must have 1 to ${MOST_COLUMNS} columns; found ${found.length}.`;
    return report(reading, found.length === 0 ? 'bad-value' : 'too-large', at, path, message);
  },
);

/** The definition's currency, where a column names none. */
export const inCurrency = (given: readonly Column[], currency: string | undefined): readonly Column[] =>
  given.map((column) =>
    column.type !== 'money' || column.currency !== undefined || currency === undefined
      ? column
      : { ...column, currency },
  );
