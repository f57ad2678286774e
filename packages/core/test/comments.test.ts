import { describe, expect, it } from 'vitest';
import { MAX_COMMENTS } from '../src/request/decide/comment.ts';
import type { Actor } from '../src/request/model.ts';
import {
  as,
  delegates,
  everyone,
  file,
  give,
  legal,
  now,
  oneStep,
  place,
  says,
  service,
  types,
  type World,
  world,
} from './kit.ts';

const text = { sealed: 'itm_1', commitment: 'a'.repeat(64) };
const comments = (w: World, actor: Actor, visibility: 'internal' | 'requester' = 'requester') =>
  give(w, actor, { type: 'comment', visibility, text, files: [] });
const filed = (): World => {
  const w = world(oneStep(), [...everyone, legal]);
  file(w);
  return w;
};

describe('comments (SEMANTICS 21)', () => {
  it('change neither revision nor steps nor status, at any time', () => {
    const w = filed();
    const before = now(w);
    const { events } = comments(w, as('ann'));
    expect(types(events)).toEqual(['comment.added']);
    expect(now(w)).toEqual({ ...before, comments: 1 });
    says(w, 'ann', 'approve');
    expect(comments(w, as('req')).refusal).toBeNull();
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'approved', comments: 2, statusVersion: 3 });
    give(w, as('req'), { type: 'reopen', reason: null });
    expect(now(w)).toMatchObject({ status: 'returned', comments: 2 });
  });

  it('leave what was served as it is: a decision on the revision seen before lands', () => {
    const w = filed();
    const { digest } = now(w).revision;
    comments(w, as('req'));
    expect(says(w, 'ann', 'approve', { digest }).refusal).toBeNull();
  });

  it('come from those concerned and from systems, not from bystanders', () => {
    const w = filed();
    expect(comments(w, as('dan')).refusal?.code).toBe('not-allowed');
    for (const actor of [as('req'), as('bob'), service]) expect(comments(w, actor).refusal).toBeNull();
  });

  it('come from a delegate who has decided', () => {
    const w = world(oneStep('all'), [...everyone, legal, delegates('ann', 'dan')]);
    file(w);
    expect(place(w, 'ann')).toBe(1);
    says(w, 'dan', 'approve', { for: 'ann' });
    expect(comments(w, as('dan'), 'internal').refusal).toBeNull();
  });

  it('that are internal are not written by the requester, who could not read them', () => {
    const w = filed();
    expect(comments(w, as('req'), 'internal').refusal?.errors).toMatchObject([{ field: 'visibility' }]);
    expect(comments(w, as('ann'), 'internal').refusal).toBeNull();
  });

  it('say something, and end at a thousand', () => {
    const w = filed();
    const empty = give(w, as('ann'), { type: 'comment', visibility: 'requester', text: null, files: [] });
    expect(empty.refusal?.code).toBe('validation-failed');
    w.state = { ...now(w), comments: MAX_COMMENTS - 1 };
    expect(comments(w, service).refusal).toBeNull();
    expect(comments(w, service).refusal?.code).toBe('too-many-comments');
  });
});
