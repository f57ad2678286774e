import { describe, expect, it } from 'vitest';
import { canonicalDefinition, parseCanonicalDefinition } from '../src/definition/canonical.ts';
import {
  as,
  everyone,
  file,
  give,
  legal,
  now,
  oneStep,
  revise,
  says,
  types,
  type World,
  world,
} from './kit.ts';

const filed = (yaml: string, more: object = {}): World => {
  const w = world(yaml, [...everyone, legal]);
  file(w, {}, more);
  return w;
};

describe('confidential requests (SEMANTICS 22)', () => {
  it('are so by their filer or by their definition, and stay so', () => {
    for (const w of [filed(oneStep(), { confidential: true }), filed(`${oneStep()}\nconfidential: true\n`)]) {
      says(w, 'ann', 'return');
      revise(w, as('req'), { note: 'x' });
      says(w, 'bob', 'approve');
      give(w, as('req'), { type: 'reopen', reason: null });
      expect(now(w)).toMatchObject({ status: 'returned', confidential: true });
    }
    expect('confidential' in now(filed(oneStep()))).toBe(false);
  });

  it('are decided as any other', () => {
    const open = filed(oneStep());
    const closed = filed(oneStep(), { confidential: true });
    expect(types(says(closed, 'ann', 'approve').events)).toEqual(types(says(open, 'ann', 'approve').events));
  });

  it('leave the digest of a definition that says nothing of it as it was', () => {
    const plain = world(oneStep(), everyone).definition;
    const same = world(`${oneStep()}\nconfidential: false\n`, everyone).definition;
    const hidden = world(`${oneStep()}\nconfidential: true\n`, everyone).definition;
    expect(same.digest).toBe(plain.digest);
    expect(hidden.digest).not.toBe(plain.digest);
    const text = canonicalDefinition(hidden.definition);
    expect(parseCanonicalDefinition(text)).toEqual(hidden.definition);
  });
});
