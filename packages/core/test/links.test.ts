import { describe, expect, it } from 'vitest';
import type { Link } from '../src/request/model.ts';
import { as, everyone, file, give, legal, now, oneStep, says, type World, world } from './kit.ts';

const link = (kind: Link['kind'], to: string): Link => ({ kind, to });
const filed = (...links: Link[]) => {
  const w: World = world(oneStep(), [...everyone, legal]);
  return { w, ...file(w, {}, { links }) };
};

describe('links (SEMANTICS 24)', () => {
  it('stand in the request for good, and change no revision', () => {
    const { w } = filed(link('amends', 'req_0'), link('child_of', 'req_0'));
    const plain = filed().w;
    expect(now(w).revision.digest).toBe(now(plain).revision.digest);
    says(w, 'ann', 'approve');
    give(w, as('req'), { type: 'reopen', reason: null });
    expect(now(w).links).toEqual([link('amends', 'req_0'), link('child_of', 'req_0')]);
  });

  it('do not lead to the request itself: with that, and none made later, no circle is possible', () => {
    expect(filed(link('child_of', 'req_1')).refusal?.errors).toMatchObject([{ field: 'links[0]' }]);
  });

  it('stand once, with one parent', () => {
    expect(filed(link('splits', 'req_0'), link('splits', 'req_0')).refusal?.errors).toMatchObject([
      { field: 'links[1]', code: 'duplicate' },
    ]);
    expect(filed(link('child_of', 'req_0'), link('child_of', 'req_9')).refusal?.errors).toMatchObject([
      { field: 'links[1]', code: 'duplicate' },
    ]);
    expect(filed(link('amends', 'req_0'), link('amends', 'req_9')).refusal).toBeNull();
  });
});
