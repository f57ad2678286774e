import { describe, expect, it } from 'vitest';
import { matrixDigest } from '../authority/matrix-find.ts';
import { type ReplayEntry, replayer } from '../replay/replay.ts';
import type { Actor } from '../request/model.ts';
import { type Directory, type DirectoryEvent, emptyDirectory, evolveDirectory } from './directory.ts';
import { decideMatrix, type MatrixCommand } from './matrix-change.ts';
import type { MatrixVersion } from './model.ts';

const NOW = '2026-03-01T00:00:00.000Z';
const person = (name: string, via = 'svc_web'): Actor => ({ kind: 'person', person: name, via });
const service: Actor = { kind: 'service', service: 'svc_sync' };

function version(more: Partial<MatrixVersion> = {}): MatrixVersion {
  const { digest: _, ...content } = {
    ...{ matrix: 'spend', effectiveFrom: '2026-01-01T00:00:00.000Z', currency: 'EUR', columns: [] },
    ...{ ask: 'first' as const, climb: false, fallback: null, rows: [], digest: '' },
    ...more,
  };
  return { ...content, digest: matrixDigest(content) };
}
const people: readonly DirectoryEvent[] = [
  ...['ann', 'bob', 'cyd', 'gone'].map((name) => ({
    ...{
      type: 'person.recorded' as const,
      person: name,
      active: name !== 'gone',
      manager: null,
      profile: {},
    },
  })),
  { type: 'group.recorded', group: 'controlling', added: ['ann', 'bob', 'gone'], removed: [] },
];
const guarded = version({ approvedBy: { group: 'controlling' } });
const next = version({ effectiveFrom: '2026-02-01T00:00:00.000Z' });

const having = (...events: readonly DirectoryEvent[]): Directory =>
  evolveDirectory(emptyDirectory(), [...people, ...events], 1);
const publish = (one: MatrixVersion, alone: boolean): MatrixCommand => ({
  ...{ type: 'publishMatrix', version: one, alone },
});
const approve: MatrixCommand = { type: 'approveMatrix', matrix: 'spend', digest: next.digest };
const types = (directory: Directory, command: MatrixCommand, actor: Actor): string => {
  const decided = decideMatrix(directory, command, actor, NOW);
  return decided.ok ? decided.events.map(({ type }) => type).join() : decided.code;
};
const published = (one: MatrixVersion): DirectoryEvent => ({ type: 'matrix.published', version: one });
const proposed = (by: Actor, one = next): DirectoryEvent => ({
  ...{ type: 'matrix.proposed', version: one, by, at: NOW },
});

describe('who may change a matrix', () => {
  it.each([
    ['the first version: nothing is changed', having(), false, 'matrix.published'],
    ['in a sandbox, without approvers', having(published(version())), true, 'matrix.published'],
    ['in a sandbox, with approvers', having(published(guarded)), true, 'matrix.proposed'],
    ['elsewhere always', having(published(version())), false, 'matrix.proposed'],
  ])('%s', (_what, directory, alone, expected) => {
    expect(types(directory, publish(next, alone), person('ann'))).toBe(expected);
  });

  it.each([
    ['an approver', person('ann'), person('bob'), 'matrix.published'],
    ['its editor', person('ann'), person('ann'), 'own-proposal'],
    ['its editor over another channel', person('ann'), person('ann', 'svc_chat'), 'own-proposal'],
    ['somebody else', person('ann'), person('cyd'), 'not-eligible'],
    ['an approver who has left', person('ann'), person('gone'), 'not-eligible'],
    ['a service account', person('ann'), service, 'person-required'],
    ['whom the editing service account names', service, person('bob', 'svc_sync'), 'own-proposal'],
    ['an approver, of a service account’s change', service, person('bob'), 'matrix.published'],
  ])('%s', (_who, editor, approver, expected) => {
    expect(types(having(published(guarded), proposed(editor)), approve, approver)).toBe(expected);
  });

  it('without named approvers any other person does', () => {
    const directory = having(published(version()), proposed(person('ann')));
    expect(types(directory, approve, person('cyd'))).toBe('matrix.published');
    expect(types(directory, approve, person('ann'))).toBe('own-proposal');
  });

  it('the version in force says who, not the one that is proposed, nor one that is only ahead', () => {
    const mine = version({ approvedBy: { user: 'cyd' }, effectiveFrom: '2026-04-01T00:00:00.000Z' });
    const directory = having(published(guarded), published(mine), proposed(person('ann')));
    expect(types(directory, approve, person('cyd'))).toBe('not-eligible');
    expect(types(directory, approve, person('bob'))).toBe('matrix.published');
  });

  it('an approval after the date holds from the approval, one before it from the date', () => {
    const late = decideMatrix(
      having(published(guarded), proposed(person('ann'))),
      approve,
      person('bob'),
      NOW,
    );
    expect(late.ok && late.events[0]).toMatchObject({
      version: { effectiveFrom: NOW },
      proposal: next.digest,
    });
    const ahead = version({ effectiveFrom: '2026-05-01T00:00:00.000Z' });
    const command = { ...approve, digest: ahead.digest };
    const early = decideMatrix(
      having(published(guarded), proposed(person('ann'), ahead)),
      command,
      person('bob'),
      NOW,
    );
    expect(early.ok && early.events[0]).toMatchObject({ version: { digest: ahead.digest } });
  });
});

describe('the verifier decides a change of a matrix again', () => {
  const entry = (
    seq: number,
    type: string,
    actor: Actor,
    data: object,
    ...events: object[]
  ): ReplayEntry => ({
    ...{ seq, kind: 'matrix', stream: 'matrix/spend', engine: 1, now: NOW, directory: seq - 1, facts: {} },
    command: { id: `cmd_${seq}`, type, actor, data },
    events: events as ReplayEntry['events'],
  });
  const first = entry(
    1,
    'publishMatrix',
    person('ann'),
    { matrix: 'spend', alone: false },
    published(guarded),
  );
  const second = entry(
    2,
    'publishMatrix',
    person('ann'),
    { matrix: 'spend', alone: false },
    proposed(person('ann')),
  );
  const verdicts = (...entries: ReplayEntry[]): string[] => {
    const replay = replayer();
    // The people of the directory stand in the log as well.
    const directory = {
      ...first,
      seq: 0,
      command: { ...first.command, type: 'x', data: null },
      events: people,
    };
    return [directory, ...entries].map((one) => replay.entry(one).verdict);
  };
  const approval = (who: string): ReplayEntry => {
    const decided = decideMatrix(
      ...([having(published(guarded), proposed(person('ann'))), approve, person('bob'), NOW] as const),
    );
    const data = { matrix: 'spend', digest: next.digest };
    return entry(3, 'approveMatrix', person(who), data, ...(decided.ok ? decided.events : []));
  };

  it('and finds what went past the approvers', () => {
    expect(verdicts(first, second, approval('bob'))).toEqual(Array(4).fill('reproduced'));
    expect(verdicts(first, second, approval('ann')).at(-1)).toBe('different');
    expect(verdicts(first, second, approval('cyd')).at(-1)).toBe('different');
    const straight = entry(2, 'publishMatrix', person('ann'), { alone: true }, published(next));
    expect(verdicts(first, straight).at(-1)).toBe('different');
    const other = entry(2, 'x', person('ann'), {}, published(next));
    expect(verdicts(first, other).at(-1)).toBe('different');
  });
});
