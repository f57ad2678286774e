import { replayer } from '@countersign/core';
import { describe, expect, test } from 'vitest';
import { query, rowsWith } from '../../../../../test/support/database.ts';
import { testServer } from '../../../../../test/support/server.ts';

const server = await testServer();
const { api } = server;
const { api: other } = await testServer({ beside: server });
type Changes = NonNullable<Parameters<typeof api.ok<'changeDirectory'>>[1]>['body'];
const change = (...changes: NonNullable<Changes>['changes']) =>
  api.ok('changeDirectory', { body: { changes } });
const person = (userName: string, more: object = {}) =>
  ({
    change: 'person',
    userName,
    name: `Name of ${userName}`,
    email: `${userName}@example.com`,
    ...more,
  }) as const;
const idOf = async (userName: string): Promise<string> => {
  const { items } = (await api.ok('listPeople', { query: { userName } })).body;
  return items[0]?.id ?? '';
};
const head = async () => (await api.ok('getEnvironment')).body.head;

describe('a batch', () => {
  test('adds people, who may name each other as managers in any order, with groups and roles', async () => {
    const made = await change(
      person('ada', { manager: 'ben' }),
      person('ben', { manager: null }),
      { change: 'group', group: 'legal', op: 'add', persons: ['ada', 'ben'] },
      { change: 'role', role: 'cfo', op: 'set', persons: ['ben'] },
    );
    expect(made.body.revision).toBe(made.seq);
    expect(made.body.people.map((each) => each.userName)).toEqual(['ada', 'ben']);
    const [ada, ben] = made.body.people.map((each) => each.id);
    expect((await api.ok('getPerson', { params: { person: ada ?? '' } })).body).toEqual({
      id: ada,
      userName: 'ada',
      name: 'Name of ada',
      email: 'ada@example.com',
      active: true,
      manager: ben,
      groups: ['legal'],
      roles: [],
      erased: false,
      revision: made.seq,
    });
    expect((await api.ok('getGroup', { params: { key: 'legal' } })).body.members).toEqual([ada, ben].sort());
    expect((await api.ok('getRole', { params: { key: 'cfo' } })).body.holders).toEqual([ben]);
  });

  test('changes the members given, and leaves the others', async () => {
    const before = (await api.ok('getPerson', { params: { person: await idOf('ada') } })).body;
    await change({ change: 'person', userName: 'ada', active: false });
    const after = (await api.ok('getPerson', { params: { person: before.id } })).body;
    expect(after).toEqual({ ...before, active: false, revision: after.revision });
    await change({ change: 'person', id: before.id, userName: 'ada.lovelace', email: null });
    const renamed = (await api.ok('getPerson', { params: { person: before.id } })).body;
    expect(renamed).toMatchObject({ userName: 'ada.lovelace', email: null, name: before.name });
    expect(await idOf('ada')).toBe('');
    await change({
      change: 'person',
      id: before.id,
      userName: 'ada',
      email: 'ada@example.com',
      active: true,
    });
  });

  test('that changes nothing leaves no entry, and its receipt is that of the entry that made it so', async () => {
    const made = await change(person('carl'), { change: 'group', group: 'empty', op: 'set', persons: [] });
    const again = await change(person('carl'), { change: 'group', group: 'empty', op: 'set', persons: [] });
    expect(await head()).toBe(made.seq);
    expect(again).toMatchObject({ seq: made.seq, leaf: made.leaf, body: made.body });
  });

  test('says in the log only what differed, sealed, so that it can be decided again from the log alone', async () => {
    await change(person('dora'), { change: 'group', group: 'sales', op: 'add', persons: ['ada', 'dora'] });
    await change(
      { change: 'person', userName: 'dora', name: 'Dora Maar' },
      { change: 'group', group: 'sales', op: 'set', persons: ['dora', 'ben'] },
    );
    const leaves = await query<{ seq: number; leaf: Buffer }>(
      server.database,
      'select seq, leaf from countersign.entry order by seq',
    );
    const replay = replayer();
    const verdicts = leaves.map(({ seq, leaf }) =>
      replay.entry({ seq: Number(seq), ...JSON.parse(leaf.toString()) }),
    );
    expect(verdicts.filter(({ verdict }) => verdict !== 'reproduced' && verdict !== 'not-decided')).toEqual(
      [],
    );
    const last = JSON.parse(leaves.at(-1)?.leaf.toString() ?? '');
    const [ada, ben, dora] = [await idOf('ada'), await idOf('ben'), await idOf('dora')];
    expect(last.command.data).toMatchObject({
      type: 'changeDirectory',
      changes: [
        { change: 'person', person: dora, active: true, manager: null },
        { change: 'group', key: 'sales', add: [ben], remove: [ada] },
      ],
    });
    const before = JSON.parse(leaves.at(-2)?.leaf.toString() ?? '').events[0].profile;
    const after = last.events[0].profile;
    expect(after.name).not.toEqual(before.name);
    expect({ ...after, name: null }).toEqual({ ...before, name: null });
    expect(await rowsWith(server.database, 'Dora Maar')).toEqual([]);
    expect(await rowsWith(server.database, 'dora')).toEqual([]);
    expect(await rowsWith(server.database, 'dora@example.com')).toEqual([]);
  });

  test('is answered again under its key, and not carried out twice', async () => {
    const body = { changes: [person('emil')] };
    const first = await api.ok('changeDirectory', { body, idempotencyKey: 'emil-1' });
    const again = await api.ok('changeDirectory', { body, idempotencyKey: 'emil-1' });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again).toMatchObject({ body: first.body, seq: first.seq, leaf: first.leaf });
    await api.refused('changeDirectory', 'idempotency-key-reused', {
      body: { changes: [person('emil2')] },
      idempotencyKey: 'emil-1',
    });
    expect(await idOf('emil2')).toBe('');
  });

  test('over two processes: names stay unique, and each batch is planned on what the other did', async () => {
    const pairs = Array.from({ length: 30 }, (_, i) => ({
      on: i % 2 === 0 ? api : other,
      name: `twin-${i % 3}`,
    }));
    const made = await Promise.all(
      pairs.map(({ on, name }, i) =>
        on.ok('changeDirectory', {
          body: { changes: [{ change: 'person', userName: name, name: `Twin ${i}`, active: i % 5 !== 0 }] },
        }),
      ),
    );
    expect(new Set(made.map((each) => each.body.people[0]?.id)).size).toBe(3);
    for (const name of ['twin-0', 'twin-1', 'twin-2']) {
      const found = await Promise.all(
        [api, other].map((on) => on.ok('listPeople', { query: { userName: name } })),
      );
      expect(found[0]?.body).toEqual(found[1]?.body);
      expect(found[0]?.body.items).toHaveLength(1);
    }
  });

  test('of many at once: each happens, in one order, and names stay unique', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `racer-${i % 5}`);
    await Promise.all(
      names.map((name, i) =>
        change(person(name), { change: 'group', group: `r${i}`, op: 'set', persons: [name] }),
      ),
    );
    const { items } = (await api.ok('listPeople', { query: { limit: 200 } })).body;
    const racers = items.filter((each) => each.userName?.startsWith('racer-'));
    expect(racers.map((each) => each.userName).sort()).toEqual([0, 1, 2, 3, 4].map((i) => `racer-${i}`));
  });
});

describe('a batch is refused as a whole', () => {
  const refusedAt = async (code: Parameters<typeof api.refused>[1], changes: object[]) => {
    const before = await head();
    const { problem } = await api.refused('changeDirectory', code, { body: { changes } });
    expect(await head()).toBe(before);
    return problem;
  };

  test('for a circle of managers, and shows it', async () => {
    const ring = await change(person('x1'), person('x2', { manager: 'x1' }), person('x3', { manager: 'x2' }));
    const [x1, x2, x3] = ring.body.people.map((each) => each.id);
    const problem = await refusedAt('management-cycle', [
      person('ada'),
      { change: 'person', userName: 'x1', manager: 'x3' },
    ]);
    expect(problem.data).toEqual({ line: [x1, x3, x2, x1] });
    expect(problem.errors).toContainEqual(expect.objectContaining({ field: 'changes[1].manager' }));
    await refusedAt('management-cycle', [{ change: 'person', userName: 'x1', manager: 'x1' }]);
    // Turned around in one batch, there is no circle.
    await change(
      { change: 'person', userName: 'x1', manager: 'x3' },
      { change: 'person', userName: 'x2', manager: null },
    );
  });

  test.each([
    ['a manager', { change: 'person', userName: 'new', manager: 'nobody' }, 'changes[0].manager'],
    [
      'a member',
      { change: 'group', group: 'legal', op: 'add', persons: ['ada', 'nobody'] },
      'changes[0].persons[1]',
    ],
    [
      'a holder by id',
      { change: 'role', role: 'cfo', op: 'set', persons: ['usr_018f0000-0000-7000-8000-000000000001'] },
      'changes[0].persons[0]',
    ],
    [
      'an id',
      { change: 'person', id: 'usr_018f0000-0000-7000-8000-000000000001', userName: 'q' },
      'changes[0].id',
    ],
  ])('for %s that does not exist', async (_what, bad, field) => {
    const problem = await refusedAt('unknown-person', [bad]);
    expect(problem.errors).toEqual([expect.objectContaining({ field, code: 'unknown-person' })]);
  });

  test('for a user name that another has, whatever its case', async () => {
    const ada = await idOf('ada');
    await refusedAt('user-name-taken', [{ change: 'person', id: ada, userName: 'BEN' }]);
  });

  test('for a name that looks like an id, a text that is none, and an empty batch', async () => {
    await refusedAt('validation-failed', [
      { change: 'person', userName: 'usr_018f0000-0000-7000-8000-000000000001' },
    ]);
    await refusedAt('validation-failed', [{ change: 'person', userName: '   ' }]);
    await refusedAt('invalid-text', [{ change: 'person', userName: 'a\u0000b' }]);
    await refusedAt('validation-failed', []);
    await refusedAt('unknown-field', [{ change: 'person', userName: 'a', salary: 1 }]);
  });

  test('for a person whose data was erased, and nothing shows it any more', async () => {
    const made = await change(person('gone'), {
      change: 'group',
      group: 'legal',
      op: 'add',
      persons: ['gone'],
    });
    const id = made.body.people[0]?.id ?? '';
    await api.ok('createErasure', { body: { subject: id } });
    expect((await api.ok('getPerson', { params: { person: id } })).body).toMatchObject({
      userName: null,
      name: null,
      email: null,
      erased: true,
      groups: ['legal'],
    });
    await refusedAt('erased', [{ change: 'person', id, userName: 'gone' }]);
    // The name is free again.
    expect((await change(person('gone'))).body.people[0]?.id).not.toBe(id);
  });

  test('for somebody who acts for a person that left', async () => {
    const made = await change(person('left', { active: false }));
    const { id = '' } = made.body.people[0] ?? {};
    await api.refused('changeDirectory', 'act-for-refused', { body: { changes: [person('z')] }, actFor: id });
  });
});

describe('the directory is read', () => {
  test('by user name and address, whatever their case, page by page', async () => {
    expect((await api.ok('listPeople', { query: { userName: 'ADA' } })).body.items).toHaveLength(1);
    const byEmail = (await api.ok('listPeople', { query: { email: 'Ada@Example.com' } })).body.items;
    expect(byEmail.map((each) => each.userName)).toEqual(['ada']);
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.ok('listGroups', { query: { limit: 3, ...(cursor ? { cursor } : {}) } });
      pages.push(...page.body.items.map((each) => each.key));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual([...new Set(pages)].sort());
    expect(pages).toContain('legal');
    const first = await api.ok('listPeople', { query: { limit: 1 } });
    await api.refused('listPeople', 'cursor-invalid', {
      query: { limit: 1, active: true, cursor: first.body.nextCursor },
    });
    await api.refused('listPeople', 'cursor-invalid', { query: { cursor: 'nonsense' } });
  });

  test('as it stood at a revision, or at a time', async () => {
    const one = await change(person('era'), { change: 'role', role: 'era', op: 'set', persons: ['era'] });
    const id = one.body.people[0]?.id ?? '';
    const time = (await api.ok('getClock')).body.now;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await change(
      { change: 'person', userName: 'era', active: false },
      { change: 'role', role: 'era', op: 'set', persons: [] },
    );
    for (const asOf of [String(one.seq), time]) {
      const then = await api.ok('getPerson', { params: { person: id }, query: { asOf } });
      expect(then.body).toMatchObject({ active: true, roles: ['era'], revision: one.seq });
      const role = await api.ok('getRole', { params: { key: 'era' }, query: { asOf } });
      expect(role.body).toEqual({ key: 'era', holders: [id], revision: one.seq });
    }
    await api.refused('getPerson', 'not-found', {
      params: { person: id },
      query: { asOf: String(one.seq - 1) },
    });
    await api.refused('getPerson', 'validation-failed', {
      params: { person: id },
      query: { asOf: '999999999' },
    });
    await api.refused('getPerson', 'validation-failed', { params: { person: id }, query: { asOf: 'soon' } });
  });
});
