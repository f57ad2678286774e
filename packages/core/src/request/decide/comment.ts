import { emit, type Work } from '../../route/work.ts';
import type { CommandData } from '../commands.ts';
import type { Actor, Comment, CommentVisibility } from '../model.ts';
import { type Decided, refuse } from '../result.ts';
import type { RequestState } from '../state.ts';
import { actorId, done, isOwner, personOf } from './guards.ts';

/** An entry each: nobody reads more, and no request grows without end. */
export const MAX_COMMENTS = 1000;

/** A comment, with supporting files; at any time, in any status. It changes no revision and settles nothing (SEMANTICS 21). */
export function comment(work: Work, actor: Actor, data: Extract<CommandData, { type: 'comment' }>): Decided {
  const { state } = work;
  const person = personOf(actor);
  const owner = person !== null && isOwner(state, actor);
  if (person !== null && !owner && !wasAsked(state, person))
    return refuse('not-allowed', 'Only those concerned, and service accounts, may comment on a request.');
  if (owner && data.visibility === 'internal') {
    const message = 'An internal comment is not shown to the requester, and so is not written by them.';
    return refuse('not-allowed', message, {}, [{ field: 'visibility', code: 'not-allowed', message }]);
  }
  if (data.text === null && data.files.length === 0) {
    const message = 'A comment has a text, or files, or both.';
    return refuse('validation-failed', message, {}, [{ field: 'text', code: 'required', message }]);
  }
  const full = noRoom(state);
  if (full !== null) return full;
  const n = (state.comments ?? 0) + 1;
  const { visibility, text, files } = data;
  emit(work, { type: 'comment.added', comment: { n, by: actorId(actor), visibility, text, files } });
  return done(work);
}

export const noRoom = ({ comments = 0 }: RequestState): Decided | null =>
  comments < MAX_COMMENTS
    ? null
    : refuse('too-many-comments', `This request has ${MAX_COMMENTS} comments already.`, {
        comments: MAX_COMMENTS,
      });

/** Adds what somebody says with another act of theirs; answers its number. */
export function say(
  work: Work,
  by: string,
  visibility: CommentVisibility,
  text: NonNullable<Comment['text']>,
): number {
  const n = (work.state.comments ?? 0) + 1;
  emit(work, { type: 'comment.added', comment: { n, by, visibility, text, files: [] } });
  return n;
}

/** Has a place in some step, or had one, has decided for somebody, or has overridden a step or may review that. */
export const wasAsked = (state: RequestState, person: string): boolean =>
  state.assignments.some((a) => a.person === person) ||
  state.decisions.some((d) => d.person === person) ||
  (state.additions ?? []).some((a) => a.person === person) ||
  (state.overrides ?? []).some((o) => o.person === person || o.reviewers?.includes(person) === true);
