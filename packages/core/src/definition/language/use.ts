import type { Sequence } from '../model.ts';
import { optional, record, required } from '../shape/collections.ts';
import { mapped, type Shape } from '../shape/shape.ts';
import { condition, expressionOrLiteral, names, slug } from './words.ts';

/** The steps of a part stand here, once it is looked up. */
export const use: Shape<Sequence> = mapped(
  record({
    use: required(slug('the name of a part', 'supplier-check'), 'the part whose steps stand here'),
    id: optional(
      slug('a name', 'supplier'),
      null,
      'What its step ids begin with; the name of the part by default',
    ),
    when: optional(condition, null, 'Only if this holds'),
    with: optional(
      names('a parameter', 'threshold', expressionOrLiteral),
      [],
      'What its parameters are here: values, or expressions such as `=dealValue`',
    ),
  }),
  (value): Sequence => ({
    kind: 'sequence',
    id: value.id ?? value.use,
    when: value.when,
    steps: [],
    use: {
      part: value.use,
      digest: null,
      with: Object.fromEntries(value.with.map((one) => [one.name, one.value])),
    },
  }),
);
