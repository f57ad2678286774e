import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { testServer } from '../../../test/support/server.ts';
import { type Ran, run } from './run.ts';

const server = await testServer();
const { api, url } = server;
const directory = mkdtempSync(path.join(tmpdir(), 'countersign-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const env = { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: api.secret ?? '' };
const go = (...args: string[]): Promise<Ran> => run(args, { env });
/** Runs it, expects 0, and reads its JSON. */
const json = async (...args: string[]) => {
  const ran = await run([...args, '--json'], { env });
  expect([ran.code, ran.err]).toEqual([0, '']);
  return JSON.parse(ran.out);
};
const PDF = fileURLToPath(new URL('../../../examples/purchase-order/order.pdf', import.meta.url));
const EXPENSE = fileURLToPath(
  new URL('../../../examples/expense-declaration/definition.yaml', import.meta.url),
);

const { body: people } = await api.ok('changeDirectory', {
  body: {
    changes: [
      { change: 'person', userName: 'maria.lopez', name: 'María López' },
      { change: 'person', userName: 'tom.becker', name: 'Tom Becker' },
      { change: 'person', userName: 'sofia.rossi', name: 'Sofia Rossi' },
    ],
  },
});
const idOf = (userName: string): string => people.people.find((one) => one.userName === userName)?.id ?? '';
await api.ok('changeDirectory', {
  body: {
    changes: ['pre-approver', 'administration', 'budget-owner', 'supervisor', 'missing'].map((role) => ({
      change: 'role' as const,
      role,
      op: 'set' as const,
      persons: [role === 'supervisor' ? idOf('tom.becker') : idOf('sofia.rossi')],
    })),
  },
});

describe('definitions', () => {
  it('are published once, and compared with what stands', async () => {
    expect(await json('definition', 'check', EXPENSE, '--server')).toMatchObject({
      ok: true,
      server: { ok: true },
    });
    const first = await go('definition', 'publish', EXPENSE);
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(/Published expense-declaration version 1, entry \d+/);
    expect((await go('definition', 'publish', EXPENSE)).out).toMatch(/version 1 has this content already/);
    const changed = path.join(directory, 'changed.yaml');
    writeFileSync(changed, readFileSync(EXPENSE, 'utf8').replace('max: 100', 'max: 50'));
    expect((await go('definition', 'diff', 'expense-declaration@latest', changed)).out).toMatch(
      /^~ Field declarationNumber changes/,
    );
    expect((await go('definition', 'diff', 'expense-declaration@1', EXPENSE)).out).toMatch(/Nothing changes/);
  });
  it('what the server refuses is 1, with field and what to do', async () => {
    const bad = path.join(directory, 'bad.yaml');
    writeFileSync(bad, 'definition: bad\nroute:\n  - approve: a\n    by: { rule: nobody }\n');
    const ran = await go('definition', 'publish', bad);
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toMatch(/Refused: [\s\S]*What to do: /);
    const told = await run(['definition', 'publish', bad, '--json'], { env });
    expect(JSON.parse(told.err)).toMatchObject({ error: { status: 422 } });
  });
});

describe('exchange rates', () => {
  it('are published from flags and a file, once, and listed', async () => {
    const rates = path.join(directory, 'rates.csv');
    writeFileSync(rates, 'USD,1.0834\nGBP, 0.8612\n');
    const publish = ['rates', 'publish', 'ecb', '2026-01-09', '--rate', 'CHF=0.95', '--file', rates];
    expect((await go(...publish)).out).toMatch(/Published 3 rates of ecb for 2026-01-09/);
    expect((await go(...publish)).out).toMatch(/has these rates for 2026-01-09 already/);
    expect((await go('rates', 'list')).out).toMatch(/ecb +2026-01-09 +EUR +3/);
    expect((await go('rates', 'list', 'ecb', '--on', '2026-01-10')).out).toMatch(
      /one EUR is[\s\S]*1\.0834 +USD/,
    );
    expect(await json('rates', 'list', 'ecb')).toMatchObject([{ source: 'ecb', currencies: 3 }]);
    expect((await go('rates', 'publish', 'ecb', '2026-01-09', '--rate', 'USD')).code).toBe(2);
    expect((await go('rates', 'publish', 'ecb', '2026-01-09', '--rate', 'EUR=1')).code).toBe(1);
  });
});

describe('a request from filing to proof', () => {
  const fields = [
    'declarationNumber=D-1',
    'budgetNumber=B-1',
    'amount=120.00 EUR',
    'preApprover=no',
    'administration=yes',
    'budgetOwner=no',
  ];
  const submit = [
    'request',
    'submit',
    '-d',
    'expense-declaration',
    '-r',
    'maria.lopez',
    ...fields.flatMap((f) => ['-f', f]),
  ];

  it('is previewed, and nothing is filed', async () => {
    const before = (await api.ok('getEnvironment')).body.head;
    const shown = await go(...submit, '--preview');
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toMatch(/pre-approver +skipped/);
    expect(shown.out).toMatch(/administration +asked at once +Sofia Rossi/);
    expect(shown.out).toMatch(/supervisor +asked then +Tom Becker/);
    expect(shown.out).toMatch(/Nothing was filed/);
    const bare = await go('request', 'submit', '-d', 'expense-declaration', '-r', 'maria.lopez', '--preview');
    expect(bare.out).toMatch(/To be given before it can be submitted: fields\.declarationNumber/);
    expect((await api.ok('getEnvironment')).body.head).toBe(before);
  });

  it('says what it is to an older one, and both show it', async () => {
    const { request: old } = await json(...submit, '--reference', 'D-old');
    const { request } = await json(...submit, '--reference', 'D-new', '--link', `amends=${old.id}`);
    expect((await go('request', 'show', request.id)).out).toContain(`It amends ${old.id} (D-old)`);
    expect((await go('request', 'show', old.id)).out).toContain(`${request.id} (D-new) amends it`);
    expect((await go(...submit, '--link', `after=${old.id}`)).code).toBe(2);
  });

  it('is commented on', async () => {
    const { request } = await json(...submit, '--reference', 'D-said');
    await json('request', 'comment', request.id, '--text', 'Why now?', '--internal', '--as', 'sofia.rossi');
    await json('request', 'comment', request.id, '--file', PDF, '--as', 'maria.lopez');
    const all = await go('request', 'comments', request.id);
    expect(all.out).toMatch(/Sofia Rossi, .*, internal\nWhy now\?[\s\S]*María López[\s\S]*doc_\S+ version 1/);
    expect((await json('request', 'comments', request.id, '--as', 'maria.lopez')).length).toBe(1);
    expect((await go('request', 'comment', request.id)).code).toBe(2);
  });

  it('is begun as a draft, revised, submitted and cancelled', async () => {
    const as = ['--as', 'maria.lopez'];
    const drafted = await json(
      'request',
      'submit',
      '-d',
      'expense-declaration',
      '--draft',
      '-f',
      fields[0] ?? '',
      ...as,
    );
    const { id } = drafted.request;
    expect((await go('request', 'submit', id, ...as)).err).toMatch(/not complete[\s\S]*fields\.amount/);
    const more = fields.slice(1).flatMap((f) => ['-f', f]);
    const revised = await json('request', 'revise', id, ...more, '--remove', 'nothing', ...as);
    expect(revised.request.revision.fields).toMatchObject({ declarationNumber: 'D-1', budgetNumber: 'B-1' });
    expect((await go('request', 'submit', id, ...as)).out).toMatch(/Filed[\s\S]*in review/);
    expect((await go('request', 'cancel', id, '--reason', 'Twice', ...as)).out).toMatch(/Cancelled/);
    expect((await go('request', 'revise', id)).code).toBe(2);
  });

  it('is filed, shown, explained, decided and verified', async () => {
    const { request } = await json(...submit, '--reference', 'D-1');
    const shown = await go('request', 'show', request.id);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/Status +in review/);
    expect(shown.out).toMatch(/Requester +María López/);
    expect(shown.out).toMatch(/amount +120.00 EUR/);
    expect(shown.out).toMatch(/– +pre-approver +skipped/);
    expect(shown.out).toMatch(/● +administration +open +asked: Sofia Rossi \(asg_[0-9a-f-]{36}_1\)/);
    expect(shown.out).toMatch(/supervisor +not reached/);

    const why = await go('request', 'why', request.id, '--step', 'pre-approver');
    expect(why.out).toMatch(/Step pre-approver was skipped, because its condition is false/);
    expect(why.out).toMatch(/preApprover is no/);
    const person = await go(
      'request',
      'why',
      request.id,
      '--step',
      'administration',
      '--person',
      'maria.lopez',
    );
    expect([person.code, person.out]).toEqual([
      0,
      expect.stringMatching(/María López in step administration/),
    ]);

    const place = request.assignments[0].id;
    const decided = await go(
      'request',
      'decide',
      place,
      'approve',
      '--as',
      'sofia.rossi',
      '--reason',
      'Fine',
    );
    expect(decided.code).toBe(0);
    expect(decided.err).toMatch(
      /Step administration of expense-declaration D-1, revision 1[\s\S]*amount +120.00 EUR/,
    );
    expect(decided.out).toMatch(/Recorded. Sofia Rossi: approve. The request is in review/);
    const [, receipt = ''] = /receipt (\d+:[0-9a-f]{64})/.exec(decided.out) ?? [];
    const again = await go('request', 'decide', place, 'approve', '--as', 'sofia.rossi');
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/\(already-decided\)/)]);

    const file = path.join(directory, 'audit.jsonl');
    const checkpoint = path.join(directory, 'checkpoint.json');
    writeFileSync(checkpoint, JSON.stringify((await api.ok('getCheckpoint')).body));
    expect((await go('audit', 'export', '-o', file)).code).toBe(0);
    const verified = await run(['audit', 'verify', file, '--checkpoint', checkpoint, '--receipt', receipt]);
    expect([verified.code, verified.err]).toEqual([0, '']);
    expect(verified.out).toMatch(/1 receipt: each names its entry/);
    expect(verified.out).toMatch(/Verdict: intact and reproduced/);
    expect((await go('audit', 'export')).out).toBe(readFileSync(file, 'utf8'));
  });

  it('files documents to the bit, and names the slot that does not take one', async () => {
    const definition = path.join(directory, 'paper.yaml');
    const slots = 'documents:\n  order: { required: true, accept: [pdf] }\n';
    const route = 'route:\n  - approve: boss\n    by: { role: supervisor }\n';
    writeFileSync(definition, `definition: paper\n${slots}${route}`);
    expect((await go('definition', 'publish', definition)).code).toBe(0);
    const paper = ['request', 'submit', '-d', 'paper', '-r', 'maria.lopez', '--document'];
    const { request } = await json(...paper, `order=${PDF}`);
    const sha256 = createHash('sha256').update(readFileSync(PDF)).digest('hex');
    expect(request.revision.documents.order).toMatchObject([{ version: 1, sha256 }]);
    expect((await go('request', 'show', request.id)).out).toContain(`sha256 ${sha256}`);
    const text = await go(...paper, `order=${definition}`);
    expect([text.code, text.err]).toEqual([
      1,
      expect.stringMatching(/order[\s\S]*\(document-invalid\)|\(document-invalid\)[\s\S]*order/),
    ]);
  });

  it('lists definitions with the parts that they pin, and tells of newer ones', async () => {
    const file = (name: string, text: string): string => {
      const full = path.join(directory, name);
      writeFileSync(full, text);
      return full;
    };
    const part = (role: string): string =>
      file(
        'part.yaml',
        `definition: check-part\nparameters: {}\nroute: [{ approve: a, by: { role: ${role} } }]\n`,
      );
    const whole = file('whole.yaml', 'definition: uses-part\nroute: [{ use: check-part, id: x }]\n');
    expect((await go('definition', 'check', '--server', part('supervisor'))).code).toBe(0);
    expect((await go('definition', 'publish', part('supervisor'))).code).toBe(0);
    const checked = await go('definition', 'check', '--server', whole);
    expect([checked.code, checked.out]).toEqual([
      0,
      expect.stringMatching(/may be published. Digest [0-9a-f]{64}/),
    ]);
    expect((await go('definition', 'publish', whole)).code).toBe(0);
    expect((await go('definition', 'publish', part('auditor'))).code).toBe(0);
    expect((await go('definition', 'list')).out).toMatch(/uses-part +1 .*check-part@1 \(newest: 2\)/);
    expect((await go('definition', 'explain', 'uses-part@latest')).out).toMatch(/x-a: asks .* supervisor/);
    const changes = await go('definition', 'diff', 'uses-part@1', whole, '--part', part('auditor'));
    expect(changes.out).toMatch(/Step x-a: by changes from .*supervisor.* to .*auditor/);
  });

  it('a refusal calls people by name, and by id for a program', async () => {
    const { request } = await json(...submit, '--reference', 'D-names');
    const decide = ['request', 'decide', request.assignments[0].id, 'approve', '--as', 'tom.becker'];
    const told = await go(...decide);
    expect([told.code, told.err]).toEqual([1, expect.stringMatching(/Tom Becker.*\(not-eligible\)/)]);
    expect(told.err).not.toContain('usr_');
    expect((await go(...decide, '--json')).err).toContain(idOf('tom.becker'));
  });

  it('a decision on another revision than the one seen is refused before it is sent', async () => {
    const { request } = await json(...submit, '--reference', 'D-2');
    const other = '0'.repeat(64);
    const ran = await go(
      'request',
      'decide',
      request.assignments[0].id,
      'approve',
      '--as',
      'sofia.rossi',
      '--revision',
      other,
    );
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toMatch(/Revision 1 \([0-9a-f]{64}\) is current now/);
  });

  it('is listed with filters', async () => {
    expect(
      (await json('request', 'list', '--reference', 'D-2')).map((r: { status: string }) => r.status),
    ).toEqual(['in_review']);
    expect((await json('request', 'list', '--limit', '1')).length).toBe(1);
    const waiting: { definition: { name: string } }[] = await json(
      'request',
      'list',
      '--assignee',
      'tom.becker',
    );
    expect(waiting.map(({ definition }) => definition.name)).toEqual(['paper', 'expense-declaration']);
    expect((await go('request', 'list', '--status', 'returned')).out).toBe('There are none.\n');
  });

  it('the same idempotency key files it once', async () => {
    const args = [...submit, '--reference', 'D-3', '--idempotency-key', 'once'];
    const [a, b] = [await json(...args), await json(...args)];
    expect(b.request.id).toBe(a.request.id);
  });

  it('what does not fit the definition is told before it is sent, or refused with its field', async () => {
    const unknown = await go(...submit, '-f', 'colour=red');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/has no field colour/)]);
    const missing = await go(
      'request',
      'submit',
      '-d',
      'expense-declaration',
      '-r',
      'maria.lopez',
      '-f',
      'amount=1.00 EUR',
    );
    expect([missing.code, missing.err]).toEqual([1, expect.stringMatching(/budgetNumber/)]);
  });
});

describe('several assignments', () => {
  it('are decided by one list where the step allows it; each has a result of its own', async () => {
    const file = path.join(directory, 'listed.yaml');
    const route = (more: string): string =>
      `route:\n  - approve: boss\n    by: { role: supervisor }\n${more}`;
    writeFileSync(file, `definition: listed\n${route('    bulk: true\n')}`);
    expect((await go('definition', 'publish', file)).code).toBe(0);
    const filed = async (): Promise<string> =>
      (await json('request', 'submit', '-d', 'listed', '-r', 'maria.lopez')).request.assignments[0].id;
    const [one, two, three] = [await filed(), await filed(), await filed()];
    const decide = ['approve', '--as', 'tom.becker'];
    const both = await go('request', 'decide', `${one},${two}`, ...decide);
    expect([both.code, both.out]).toEqual([
      0,
      expect.stringMatching(/^2 recorded, 0 refused[\s\S]*approved/),
    ]);
    expect(both.err).toMatch(/Step boss of listed[\s\S]*Step boss of listed/);
    const again = await go('request', 'decide', `${one},${three}`, ...decide);
    expect([again.code, again.out]).toEqual([
      1,
      expect.stringMatching(/✗ asg_\S+: request-not-active[\s\S]*✓ asg/),
    ]);
    const term = await go('request', 'decide', `${one},${two}`, ...decide, '--conditions', 'x');
    expect([term.code, term.err]).toEqual([2, expect.stringMatching(/about one assignment/)]);
  });
});

describe('calendars', () => {
  it('are published once, listed and shown', async () => {
    const file = path.join(directory, 'calendar.yaml');
    const holiday = 'holidays:\n  2026-12-24: { name: Christmas Eve, hours: 08:00-12:00 }\n';
    writeFileSync(file, `calendar: de-office\nzone: Europe/Berlin\n${holiday}`);
    const first = await go('calendars', 'publish', file, '--effective-from', '2026-01-01T00:00:00Z');
    expect([first.code, first.out]).toEqual([
      0,
      expect.stringMatching(/Published de-office, in force from 2026-01-01 00:00/),
    ]);
    const same = await go('calendars', 'publish', file, '--effective-from', '2026-01-01T00:00:00Z');
    expect(same.out).toMatch(/has this content already/);
    expect((await go('calendars', 'list')).out).toMatch(/de-office +Europe\/Berlin +2026-01-01/);
    const { out } = await go('calendars', 'get', 'de-office');
    expect(out).toMatch(/Sunday +free[\s\S]*2026-12-24 +08:00–12:00 +Christmas Eve/);
  });
});

describe('delegations', () => {
  it('are given for a time, listed by name, and ended', async () => {
    const times = ['--starts', '2026-07-01T00:00:00Z', '--ends', '2099-07-15T00:00:00Z'];
    const create = ['delegations', 'create', 'sofia.rossi', '--as', 'tom.becker'];
    const untimed = await go(...create);
    expect([untimed.code, untimed.err]).toEqual([2, expect.stringMatching(/Say --starts/)]);
    const given = await json(
      ...create,
      ...times,
      '-d',
      'paper',
      '--limit',
      '250.00 EUR',
      '--category',
      'kind=a',
      '--category',
      'kind=b',
    );
    expect(given).toMatchObject({
      from: idOf('tom.becker'),
      definitions: ['paper'],
      limit: { amount: '250.00', currency: 'EUR' },
      categories: { kind: ['a', 'b'] },
    });
    const listed = await go('delegations', 'list', '--from', 'tom.becker');
    expect(listed.out).toMatch(/Tom Becker +Sofia Rossi .*paper; up to 250.00 EUR; kind a or b/);
    const ended = await go('delegations', 'end', given.id, '--as', 'tom.becker', '--reason', 'Back early');
    expect([ended.code, ended.out]).toEqual([0, `✓ ${given.id} has ended.\n`]);
    expect((await go('delegations', 'list')).out).toMatch(/ended \d{4}-/);
  });
});

describe('keys', () => {
  it('are created, listed and revoked; a revoked one opens nothing', async () => {
    const made = await json('keys', 'create', 'erp', '--scopes', 'requests:read');
    const reader = { env: { ...env, COUNTERSIGN_KEY: made.secret } };
    expect((await run(['request', 'list'], reader)).code).toBe(0);
    const narrow = await run(['keys', 'list'], reader);
    expect([narrow.code, narrow.err]).toEqual([1, expect.stringMatching(/\(forbidden-scope\)/)]);
    expect((await go('keys', 'list')).out).toMatch(new RegExp(`${made.id} +erp +in use`));
    expect((await go('keys', 'revoke', made.id, '--reason', 'test')).code).toBe(0);
    const shut = await run(['request', 'list'], reader);
    expect([shut.code, shut.err]).toEqual([
      1,
      expect.stringMatching(/\(unauthenticated\)[\s\S]*--key, or COUNTERSIGN_KEY/),
    ]);
  });
  it('a scope that does not exist is refused by name', async () => {
    const ran = await go('keys', 'create', 'erp', '--scopes', 'requests:dream');
    expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/scopes/)]);
  });
});

describe('entries that were set aside', () => {
  it('are listed, and handled again', async () => {
    expect((await go('entries', 'set-aside')).out).toBe('Nothing is set aside.\n');
    const owner = new pg.Client({ connectionString: server.database.ownerUrl });
    await owner.connect();
    await owner.query(
      "insert into countersign.poison (environment_id, reader, seq, error) values ($1, 'search', 1, 'TypeError: no')",
      [server.environment],
    );
    await owner.end();
    expect((await go('entries', 'set-aside')).out).toMatch(/1 +search +\S+ +TypeError: no/);
    const typo = await go('entries', 'handle-again', 'search', 'first');
    expect([typo.code, typo.err]).toEqual([2, expect.stringMatching(/by its number/)]);
    const done = await go('entries', 'handle-again', 'search', '1');
    expect([done.code, done.err, done.out]).toEqual([0, '', '✓ search has handled entry 1.\n']);
    const again = await go('entries', 'handle-again', 'search', '1');
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/not-found/)]);
  });
});
