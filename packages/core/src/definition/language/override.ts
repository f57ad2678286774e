import { single } from '../assignees.ts';
import type { OverrideClause } from '../model.ts';
import { record, required } from '../shape/collections.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { someone } from './assignees.ts';

/** Who may settle a step outside the route, and who reviews it; the reasons are the definition's (SEMANTICS 18). */
export const override: Shape<OverrideClause> = mapped(
  record({
    by: required(someone, 'who may settle this step in an emergency'),
    review: required(someone, 'who reviews that afterwards; never the same person'),
  }),
  ({ by, review }, at, path, reading) => {
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
    return { by, review };
  },
);
