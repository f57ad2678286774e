import type { Parameter } from '../model.ts';
import { list, type Named, optional, record, required } from '../shape/collections.ts';
import { word } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import { currency } from './quantities.ts';
import { choice, SCALARS } from './scalar-types.ts';
import { expressionOrLiteral, localized, names, slug } from './words.ts';

type Unnamed = Omit<Parameter, 'name'>;

/** The key that a type needs. */
const NEEDS: { readonly [type: string]: 'of' | 'items' } = { enum: 'of', list: 'items' };
/** The type that a key is of. */
const OWNER = { of: 'enum', to: 'reference', currency: 'money', items: 'list' } as const;

const full: Shape<Unnamed> = mapped(
  record({
    type: required(word(...SCALARS, 'list'), 'the type of the parameter'),
    title: optional(localized, null, 'What people see'),
    of: optional(list(choice, 'values', 1, 1000), null, 'enum: the values'),
    to: optional(slug('a kind of thing', 'party'), null, 'reference: the kind of thing'),
    currency: optional(currency, null, 'money: the only currency allowed'),
    items: optional(word(...SCALARS), null, 'list: type of the items'),
    default: optional(
      expressionOrLiteral,
      null,
      'Where nothing is given: a value, or a limit of the part such as `=limits.small`',
    ),
  }),
  ({ type, title, of, to, currency: fixed, items, default: absent }, at, path, reading) => {
    const given = { of, to, currency: fixed, items };
    const kinds: readonly string[] = [type, ...(items === null ? [] : [items])];
    for (const [key, owner] of Object.entries(OWNER)) {
      if (given[key as keyof typeof given] === null || kinds.includes(owner)) continue;
      const message = `\`${key}\` belongs to parameters of type ${owner}; this one is ${type}. Remove it.`;
      return report(reading, 'conflicting-keys', at, path, message);
    }
    for (const kind of kinds) {
      const needed = NEEDS[kind];
      if (needed === undefined || given[needed] !== null) continue;
      const message = `\`${needed}\` is missing: a parameter of type ${kind} needs it. Add \`${needed}:\`.`;
      return report(reading, 'missing-key', at, path, message);
    }
    if (of !== null && new Set(of).size < of.length)
      return report(reading, 'duplicate', at, `${path}.of`, 'A value stands here twice. Keep one.');
    return {
      type,
      ...(title === null ? {} : { title }),
      ...(of === null ? {} : { of }),
      ...(to === null ? {} : { to }),
      ...(fixed === null ? {} : { currency: fixed }),
      ...(items === null ? {} : { items }),
      ...(absent === null ? {} : { default: absent }),
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
    : { type },
);

/** `amount: money`, or `threshold: { type: money, default: =limits.small }`. */
export const parameters: Shape<readonly Named<Unnamed>[]> = names(
  'a parameter',
  'amount',
  byForm<Unnamed>({ scalar: plain, map: full }),
);
