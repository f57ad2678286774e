import { canonicalJson } from '../../facts/digest.ts';
import type { Assignees, MatrixLookup } from '../model.ts';
import { entriesOf, list, optional, record, required } from '../shape/collections.ts';
import { whole, word } from '../shape/scalars.ts';
import { child, mapped, named, report, type Shape } from '../shape/shape.ts';
import { variants } from '../shape/unions.ts';
import { expression, expressionOrLiteral, identifier, refusedName, slug, user } from './words.ts';

const IDENTITY = word('requester', 'submitter', 'beneficiary');

const MATRIX_KEYS = ['matrix', 'amount'];
const matrixName = slug('the name of a matrix', 'spend');

/** Beside `matrix` and `amount`, each key is a column of the matrix. */
const matrix: Shape<MatrixLookup> = {
  read(source, path, reading) {
    const entries = entriesOf(source, path, reading, MATRIX_KEYS);
    if (!entries) return undefined;
    const dimensions: { [column: string]: string } = {};
    let whole = true;
    for (const [name, entry] of entries) {
      if (MATRIX_KEYS.includes(name)) continue;
      const place = child(path, name);
      const reason = refusedName(name);
      if (reason !== undefined) report(reading, 'bad-value', entry.at, place, reason);
      const value = expressionOrLiteral.read(entry.value, place, reading);
      if (value === undefined || reason !== undefined) whole = false;
      else dimensions[name] = value;
    }
    const [name, amount] = [entries.get('matrix'), entries.get('amount')];
    if (!amount) {
      const message =
        '`amount` is missing: the matrix is asked who may approve it. Add e.g. `amount: =amount`.';
      report(reading, 'missing-key', source.at, path, message);
    }
    const key = name && matrixName.read(name.value, `${path}.matrix`, reading);
    const limit = amount && expression.read(amount.value, `${path}.amount`, reading);
    if (!whole || key === undefined || limit === undefined) return undefined;
    return { by: 'matrix', matrix: key, amount: limit, dimensions };
  },
  schema: (definitions) => ({
    type: 'object',
    properties: { matrix: matrixName.schema(definitions), amount: expression.schema(definitions) },
    required: MATRIX_KEYS,
    additionalProperties: expressionOrLiteral.schema(definitions),
  }),
};

const MOST_LEVELS = 20;

const management: Shape<Assignees> = mapped(
  record({
    managerOf: required(IDENTITY, 'whose managers to ask'),
    levels: optional(
      whole(1, MOST_LEVELS),
      null,
      'How many managers upwards, the direct one first; 1 by default',
    ),
    until: optional(
      matrix,
      null,
      'Climb to the first whose limit in this matrix covers, and ask nobody else; `levels` is how far',
    ),
  }),
  ({ managerOf: of, levels, until }): Assignees =>
    until === null
      ? { by: 'manager', of, levels: levels ?? 1 }
      : { by: 'manager', of, levels: levels ?? MOST_LEVELS, until },
);

const several: Shape<Assignees> = mapped(
  record({
    any: required(
      list(
        named('assignees', () => assignees),
        'assignees',
        1,
        50,
      ),
      'whom to ask, each a form of `by`',
    ),
  }),
  (value, at, path, reading) => {
    const flat = value.any.flatMap((one) => (one.by === 'any' ? one.any : [one]));
    const seen = new Set(flat.map(canonicalJson));
    if (seen.size < flat.length)
      return report(reading, 'duplicate', at, path, 'The same assignees stand here twice. Keep one.');
    const [only, second] = flat;
    return only !== undefined && second === undefined ? only : { by: 'any', any: flat };
  },
);

/** Whom to ask: `{ group: legal }`, `{ managerOf: requester, levels: 2 }`, `{ any: [ … ] }` … */
export const assignees: Shape<Assignees> = variants<Assignees>('a way to name whom to ask', {
  user: mapped(
    record({ user: required(user, 'a person') }),
    (v): Assignees => ({ by: 'user', user: v.user }),
  ),
  group: mapped(
    record({ group: required(slug('the name of a group', 'legal'), 'all members of this group') }),
    (v): Assignees => ({ by: 'group', group: v.group }),
  ),
  role: mapped(
    record({ role: required(slug('the name of a role', 'cfo'), 'all holders of this role') }),
    (v): Assignees => ({ by: 'role', role: v.role }),
  ),
  field: mapped(
    record({ field: required(identifier('the name of a field', 'projectLead'), 'the person in this field') }),
    (v): Assignees => ({ by: 'field', field: v.field }),
  ),
  managerOf: management,
  matrix,
  any: several,
});

export const someone: Shape<Assignees> = named('assignees', () => assignees);
