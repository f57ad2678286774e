import { describe, expect, it } from 'vitest';
import type { FiledLink } from '../src/request/commands.ts';
import type { Link } from '../src/request/model.ts';
import { as, everyone, file, give, legal, now, oneStep, says, type World, world } from './kit.ts';

const link = (kind: Link['kind'], to: string): Link => ({ kind, to });
const filed = (...links: FiledLink[]) => {
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

  const stands = {
    open: { status: 'in_review', outcome: null },
    returned: { status: 'returned', outcome: null },
    approved: { status: 'closed', outcome: 'approved' },
    rejected: { status: 'closed', outcome: 'rejected' },
    cancelled: { status: 'closed', outcome: 'cancelled' },
    expired: { status: 'closed', outcome: 'expired' },
  } as const;

  it.each([
    ['reverses', ['approved']],
    ['amends', ['open', 'returned', 'approved']],
    ['child_of', ['open', 'returned', 'approved']],
    ['splits', ['open', 'returned', 'approved', 'rejected', 'cancelled', 'expired']],
  ] as const)('%s leads to a request that is %s, and to no other', (kind, fits) => {
    for (const [name, target] of Object.entries(stands)) {
      const { w, refusal } = filed({ ...link(kind, 'req_0'), target: { statusVersion: 2, ...target } });
      if (fits.some((one) => one === name)) expect(now(w).links).toEqual([link(kind, 'req_0')]);
      else expect(refusal?.errors).toMatchObject([{ field: 'links[0].to', code: 'bad-link' }]);
    }
  });
});
