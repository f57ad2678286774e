import { single } from '../assignees.ts';
import type { Localized, OverrideClause } from '../model.ts';
import { namesTo, record, required } from '../shape/collections.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { someone } from './assignees.ts';
import { localized, SLUG } from './words.ts';

const codes: Shape<{ readonly [code: string]: Localized }> = mapped(
  namesTo(
    {
      pattern: SLUG,
      example: 'supplier-outage',
      refuse: (code) =>
        SLUG.test(code) && !(code in {})
          ? undefined
          : `\`${code.slice(0, 80)}\` is no reason code: small letters, digits and hyphens, such as \`supplier-outage\`.`,
    },
    localized,
    100,
  ),
  (given, at, path, reading) =>
    given.length === 0
      ? report(reading, 'bad-value', at, path, 'An override needs a reason code. Declare at least one.')
      : Object.fromEntries(given.map(({ name, value }) => [name, value])),
);

/** Who may settle a step outside the route, who reviews it, and for which reasons (SEMANTICS 18). */
export const override: Shape<OverrideClause> = mapped(
  record({
    by: required(someone, 'who may settle this step in an emergency'),
    review: required(someone, 'who reviews that afterwards; never the same person'),
    reasons: required(codes, 'the reason codes, such as `{ supplier-outage: The supplier cannot wait }`'),
  }),
  ({ by, review, reasons }, at, path, reading) => {
    const [one, second] = single(by, '');
    const [other, more] = single(review, '');
    if (
      one?.by.by === 'user' &&
      !second &&
      other?.by.by === 'user' &&
      !more &&
      one.by.user === other.by.user
    ) {
      const message = 'Nobody reviews their own override. Name somebody else under `review`.';
      return report(reading, 'conflicting-keys', at, path, message);
    }
    return { by, review, reasons };
  },
);
