import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import { words } from '../../modules/requests/index.ts';
import {
  type GiveCommand,
  type Runner,
  readEntries,
  recheckReader,
  runReaders,
  runTimers,
  searchReader,
  type Timers,
} from './index.ts';
import { active, gone, leaver, member, requestsOf } from './requests.test-kit.ts';
import { openWorld, until } from './world.test-kit.ts';

const database = await testDatabase();
const world = await openWorld(database);
const running: (Runner | Timers)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
afterAll(() => world.close());

const legal = `
definition: purchase
title: Purchase
fields:
  note: { type: text }
  secret: { type: text, personal: true }
route:
  - approve: legal
    by: { group: legal }
    remind: [PT1H]
`;

function follow(give: GiveCommand): void {
  const runner = runReaders({
    pool: world.pool,
    reader: world.reader,
    subscriptions: [recheckReader(world.reader, give), searchReader(world.reader, words)],
    pollMs: 20,
    onEvent: (event) => {
      if (event.event === 'failed') throw event.error;
    },
  });
  running.push(runner);
}

const caughtUp = async (environment: string) => {
  const rows = await world.reader.readAs(environment).query<{ behind: number }>(
    `select count(*) as behind from countersign.head h cross join (values ('recheck'), ('search')) r(reader)
       left join countersign.reader_position p on p.environment_id = h.environment_id and p.reader = r.reader
      where h.environment_id = $1 and h.seq > coalesce(p.seq, 0)`,
    [environment],
  );
  return rows[0]?.behind === 0;
};

async function pageOf(environment: string, seq: number) {
  const page = { after: seq - 1, to: seq, rows: 1, bytes: 1 };
  return readEntries(world.reader.readAs(environment), environment, page);
}

describe('a change of authority', () => {
  test('reaches open requests: who left is replaced, who came may decide, a blocked one goes on', async () => {
    const environment = await world.environment();
    const requests = await requestsOf(world, environment, legal);
    const [ann, bob, cyd, req] = [requests.person(), requests.person(), requests.person(), requests.person()];
    await requests.direct(active(ann), active(bob), active(cyd), active(req), member('legal', ann));
    const request = await requests.file(req);
    const given: string[] = [];
    follow(async (command) => {
      const outcome = await requests.give(command);
      given.push(outcome);
      return outcome;
    });
    await requests.direct(gone(ann));
    await until(async () => (await requests.state(request)).state.status === 'blocked');
    await requests.direct(member('legal', bob));
    await until(async () => (await requests.state(request)).state.status === 'in_review');
    const { state } = await requests.state(request);
    expect(state.assignments.filter((one) => one.status === 'open').map((one) => one.person)).toEqual([bob]);

    await until(() => caughtUp(environment));
    const { version } = await requests.state(request);
    given.length = 0;
    // Nothing follows from this: the request is looked at, and no entry is made.
    await requests.direct(member('legal', cyd), leaver('legal', cyd));
    await until(() => caughtUp(environment));
    expect(given.every((outcome) => outcome === 'unchanged')).toBe(true);
    expect((await requests.state(request)).version).toBe(version);
  });

  test('a reader that was killed half way gives the rest, and nothing twice', async () => {
    const environment = await world.environment();
    const requests = await requestsOf(world, environment, legal);
    const [ann, bob, req] = [requests.person(), requests.person(), requests.person()];
    await requests.direct(active(ann), active(bob), active(req), member('legal', ann, bob));
    const filed = await Promise.all(Array.from({ length: 6 }, () => requests.file(req)));
    const seq = await requests.direct(gone(ann));
    const page = await pageOf(environment, seq);
    let left = 3;
    const dying = recheckReader(world.reader, async (command) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return requests.give(command);
    });
    await expect(dying.handle(environment, page, seq)).rejects.toThrow('killed');
    const outcomes: string[] = [];
    const living = recheckReader(world.reader, async (command) => {
      const outcome = await requests.give(command);
      outcomes.push(outcome);
      return outcome;
    });
    await living.handle(environment, page, seq);
    expect(outcomes).toEqual(['committed', 'committed', 'committed']);
    await living.handle(environment, page, seq);
    expect(outcomes).toHaveLength(3);
    for (const request of filed) {
      const { state, version } = await requests.state(request);
      expect(version).toBe(2);
      expect(state.assignments.filter((one) => one.status === 'open').map((one) => one.person)).toEqual([
        bob,
      ]);
    }
  });
});

describe('a recheck that was given', () => {
  test('is not given again for the same entry, even where a later change would now give it something to do', async () => {
    const environment = await world.environment();
    const requests = await requestsOf(world, environment, legal);
    const [ann, bob, req] = [requests.person(), requests.person(), requests.person()];
    await requests.direct(active(ann), active(bob), active(req), member('legal', ann));
    const request = await requests.file(req);
    const reader = recheckReader(world.reader, requests.give);
    const left = await requests.direct(gone(ann));
    await reader.handle(environment, await pageOf(environment, left), left);
    expect((await requests.state(request)).state.status).toBe('blocked');
    const joined = await requests.direct(member('legal', bob));
    await reader.handle(environment, await pageOf(environment, left), left);
    expect((await requests.state(request)).state.status).toBe('blocked');
    await reader.handle(environment, await pageOf(environment, joined), joined);
    expect((await requests.state(request)).state.status).toBe('in_review');
  });
});

describe('search words', () => {
  test('come from the reference, the definition and texts, of the newest revision, and never from personal fields', async () => {
    const environment = await world.environment();
    const requests = await requestsOf(world, environment, legal);
    const [ann, req] = [requests.person(), requests.person()];
    await requests.direct(active(ann), active(req), member('legal', ann));
    follow(requests.give);
    const sealed = { sealed: 'itm_018f0000-0000-7000-8000-000000000009', commitment: 'a'.repeat(64) };
    const request = await requests.file(req, {
      externalReference: 'PO-2024/77',
      content: { fields: { note: 'Zwölf Stühle', secret: sealed }, documents: {} },
    });
    const found = async () => {
      const rows = await world.reader
        .readAs(environment)
        .query<{ token: string }>(
          'select token from countersign.search_token where environment_id = $1 and stream_id = $2 order by token',
          [environment, request],
        );
      return rows.map((row) => row.token);
    };
    await until(async () => (await found()).length > 0);
    expect(await found()).toEqual(['2024', '77', 'po', 'purchase', 'stühle', 'zwölf'].sort());
  });
});

describe('timers', () => {
  test('fire once, by the clock of their environment, however many processes look', async () => {
    const environment = await world.environment();
    const requests = await requestsOf(world, environment, legal);
    const [ann, req] = [requests.person(), requests.person()];
    await requests.direct(active(ann), active(req), member('legal', ann));
    const filed = await Promise.all(Array.from({ length: 10 }, () => requests.file(req)));
    const errors: unknown[] = [];
    const other = await openWorld(database, { data: world.data });
    const onError = (error: unknown) => void errors.push(error);
    for (const at of [world, other]) {
      running.push(runTimers({ pool: at.pool, fire: requests.fireIn(at), pollMs: 10, onError }));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const request of filed) expect((await requests.state(request)).version).toBe(1);
    await world.engine.execute<{ n: number }, { type: string }, never>({
      id: { environment, kind: 'environment', stream: environment },
      allowed: [environment],
      fold: { schema: 1, evolve: () => ({ n: 1 }) },
      command: { type: 'setClock', actor: { kind: 'service', service: 'svc_1' }, data: {} },
      correlation: null,
      idempotency: null,
      ids: null,
      readsAuthority: false,
      changesAuthority: false,
      movesClock: true,
      decide: () => ({ ok: true, events: [{ type: 'clock.moved' }] }),
      project: () => ({ writes: { clock: [{ mode: 'offset', at: null, offset_ms: 2 * 3_600_000 }] } }),
      answer: () => ({ status: 200, body: '' }),
      refuse: (refusal) => refusal,
    });
    await until(async () =>
      (await Promise.all(filed.map((request) => requests.state(request)))).every(
        ({ version }) => version === 2,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    const reminders = await world.reader.readAs(environment).query<{ n: number }>(
      `select count(*) as n from countersign.entry
        where environment_id = $1 and position('"reminder.sent"'::bytea in leaf) > 0`,
      [environment],
    );
    expect(reminders[0]?.n).toBe(10);
    expect(errors).toEqual([]);
    await Promise.all(running.splice(0).map((one) => one.stop()));
    await other.close();
  });
});
