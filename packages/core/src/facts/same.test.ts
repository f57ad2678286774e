import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './digest.ts';
import { sameJson } from './same.ts';

/** Values that often are alike: few keys, few leaves. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1, '', 'a', '1'),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(
      fc.constantFrom('a', 'b', '__proto__', '0'),
      fc.oneof(tie('value'), fc.constant(undefined)),
      {
        maxKeys: 2,
      },
    ),
  ),
}));

it('two values are the same exactly if their canonical forms are', () => {
  let alike = 0;
  fc.assert(
    fc.property(value, value, (a, b) => {
      const same = canonicalJson(a) === canonicalJson(b);
      if (same) alike += 1;
      expect(sameJson(a, b)).toBe(same);
      expect(sameJson(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 5000 },
  );
  expect(alike).toBeGreaterThan(100);
});
