import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlan } from '../src/import/plan.ts';
import { play } from '../src/import/play.ts';
import { setUp } from '../src/import/setup.ts';
import { coreClient } from './core-client.ts';
import { runHere } from './here.ts';
import { KEY } from './log.ts';
import { begin, run } from './run.ts';
import { xesFile } from './xes.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'countersign-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const full = path.join(directory, name);
  writeFileSync(full, text);
  return full;
};
const example = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
const ORDER = example('purchase-order/definition.yaml');

describe('countersign as typed', () => {
  it.each([
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    [[], 0, /definition check FILE/],
    [['--help'], 0, /Exit codes: 0 done, 1 refused, 2 wrong usage/],
    [['audit', '--help'], 0, /audit verify FILE/],
    [['audit', 'verify', '--help'], 0, /Verifier key of the log/],
  ])('%s answers with %i', async (args, code, text) => {
    const ran = await run(args);
    expect([ran.code, ran.err]).toEqual([code, '']);
    expect(ran.out).toMatch(text);
  });

  it.each([
    [['nonsense'], /There is no command nonsense/],
    [['request', 'nonsense'], /There is no command request nonsense/],
    [['request'], /request submit/],
    [['request', 'show'], /ID is missing/],
    [['request', 'show', 'a', 'b'], /One too many: b/],
    [['request', 'list', '--colour'], /There is no flag --colour/],
    [['request', 'list', '--status', 'asleep'], /asleep is not a status/],
    [['request', 'list', '--limit', 'many'], /many/],
    [['request', 'list', '--url', 'nowhere'], /nowhere is not an address/],
    [
      ['request', 'decide', 'asg_1', 'perhaps', '--as', 'x'],
      /perhaps is none of approve, reject, return, abstain/,
    ],
    [['request', 'decide', 'asg_1', 'approve'], /say which with --as/],
    [
      ['request', 'submit', '--definition', 'a', '--document', 'order'],
      /order is not of the form name=value/,
    ],
    [
      ['request', 'submit', '--definition', 'a', '--document', 'order=/no/such'],
      /There is no file \/no\/such/,
    ],
    [['audit', 'verify', '/no/such'], /There is no file \/no\/such/],
    [['audit', 'verify', ORDER, '--receipt', '0:ab'], /not a receipt of the form seq:leaf/],
    [['audit', 'verify', ORDER, '--key', 'mine'], /--key: a verifier key reads/],
    [['audit', 'verify', ORDER, '--checkpoint', ORDER], /holds no checkpoint/],
    [['audit', 'verify', tmpdir()], /is a directory, not a file/],
    [['audit', 'export', '-o', '/no/such/log.jsonl'], /There is no directory \/no\/such to write to/],
    [['import', 'xes', ORDER], /not an XES file/],
    [['start', '--port', '99999'], /--port takes a whole number from 0 to 65535, not 99999/],
    [['start', '--port', 'web'], /--port takes a whole number from 0 to 65535, not web/],
    [['start', '--clock', 'noon'], /noon is not a time/],
  ])('%s is wrong usage: 2, and says what is wrong', async (args, text) => {
    const ran = await runHere(args);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toMatch(text);
    expect(ran.err).not.toMatch(/\n\s+at /);
  });

  it('a database that is not there is 3, and is told apart from the server', async () => {
    const env = { DATABASE_URL: 'postgres://login:password@127.0.0.1:1/x', COUNTERSIGN_DATA: directory };
    const ran = await run(['start', '--port', '0'], { env });
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/The database does not answer[\s\S]*DATABASE_URL/);
  });

  it('a server that is not there is 3, in words or as JSON', async () => {
    const env = { COUNTERSIGN_URL: 'http://127.0.0.1:1', COUNTERSIGN_KEY: 'csk_x' };
    const told = await run(['request', 'show', 'req_1'], { env });
    expect([told.code, told.out]).toEqual([3, '']);
    expect(told.err).toMatch(/no answer from http:\/\/127.0.0.1:1[\s\S]*`countersign start` starts one/);
    const json = await run(['request', 'show', 'req_1', '--json'], { env });
    expect(json.code).toBe(3);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: 'unreachable', status: null } });
  });

  it('Ctrl-C ends a command that waits for an answer: 130', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const called = once(silent, 'connection');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const child = begin(['keys', 'list', '--url', `http://127.0.0.1:${port}`, '--key', 'csk_x']);
    const ended = once(child, 'exit');
    const [socket] = (await called) as [Socket];
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    socket.destroy();
    silent.close();
  });

  it('a change whose outcome is not known names the key that repeats it', async () => {
    const ran = await run(['keys', 'revoke', 'key_1', '--url', 'http://127.0.0.1:1', '--key', 'csk_x']);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/repeat it with --idempotency-key [0-9a-f-]{36}/);
  });
});

describe('definition check and diff', () => {
  it('a good definition may be published; 0', async () => {
    const ran = await run(['definition', 'check', ORDER]);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/may be published. Digest [0-9a-f]{64}/);
  });
  it('errors stand with file, line and column; 1', async () => {
    const bad = file(
      'bad.yaml',
      'definition: x\nfields:\n  a: { type: colour }\nroute:\n  - approve: b\n    by: { rule: c }\n',
    );
    const ran = await run(['definition', 'check', bad]);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/bad\.yaml:3:14 error /);
    expect(ran.out).toMatch(/bad\.yaml:6:9 error /);
    const { ok, findings } = JSON.parse((await run(['definition', 'check', bad, '--json'])).out);
    expect(ok).toBe(false);
    expect(findings[0]).toMatchObject({ level: 'error', line: 3, column: 14 });
  });
  it('a diff is in words', async () => {
    const changed = file('changed.yaml', readFileSync(ORDER, 'utf8').replace('5000 EUR', '7500 EUR'));
    const ran = await run(['definition', 'diff', ORDER, changed]);
    expect([ran.code, ran.out]).toEqual([0, '~ Limit legalReview changes from 5000 EUR to 7500 EUR.\n']);
    expect((await run(['definition', 'diff', ORDER, ORDER])).out).toMatch(/Nothing changes/);
  });
});

describe('definitions that use a part', () => {
  const WHOLE = example('vendor-onboarding/definition.yaml');
  const PART = example('vendor-onboarding/part.yaml');

  it('are checked, explained and compared with the file of the part, and say where it is wanting', async () => {
    const without = await run(['definition', 'check', WHOLE]);
    expect(without.code).toBe(1);
    expect(without.out).toMatch(/definition\.yaml:\d+:14 error What `supplier-check` does is not known here/);
    expect((await run(['definition', 'check', WHOLE, '--part', PART])).out).toMatch(/may be published/);
    expect((await run(['definition', 'check', PART])).out).toMatch(/may be published/);
    expect((await run(['definition', 'check', WHOLE, '--part', ORDER])).code).toBe(2);
    const told = (await run(['definition', 'explain', WHOLE, '--part', PART])).out;
    expect(told).toMatch(/2\.2\. supplier: the steps of the part supplier-check:/);
    expect(told).toMatch(/2\.2\.1\. supplier-compliance: asks .*\n +Only if yearlySpend is above 25000 EUR/);
    expect((await run(['definition', 'explain', WHOLE])).out).toMatch(/the part was not given/);
    const changed = file(
      'part.yaml',
      readFileSync(PART, 'utf8').replace('role: vo-compliance', 'group: audit'),
    );
    expect((await run(['definition', 'diff', PART, changed])).out).toMatch(/compliance: by changes/);
    expect((await run(['definition', 'fmt', '--check', PART])).code).toBe(0);
    expect((await run(['definition', 'fmt', '--check', WHOLE])).code).toBe(0);
  });
});

describe('definition fmt and explain', () => {
  it('prints the layout, checks it with 1, and writes it', async () => {
    const loose = file('loose.yaml', "route: [{ by: {role: cfo}, approve: 'pay' }] # who\ndefinition: x\n");
    const laidOut = 'definition: x\nroute: # who\n  - approve: pay\n    by: { role: cfo }\n';
    expect(await run(['definition', 'fmt', loose])).toEqual({ code: 0, out: laidOut, err: '' });
    expect((await run(['definition', 'fmt', '--check', loose])).code).toBe(1);
    expect((await run(['definition', 'fmt', '--write', loose])).out).toMatch(/laid out anew/);
    expect(readFileSync(loose, 'utf8')).toBe(laidOut);
    expect((await run(['definition', 'fmt', '--check', loose])).code).toBe(0);
    expect((await run(['definition', 'fmt', file('a.json', '{}')])).code).toBe(2);
  });

  it('explains in English and in German, and knows no other language', async () => {
    const english = await run(['definition', 'explain', ORDER]);
    expect(english.out).toMatch(
      /2\.2\. legal: asks the members of the group legal\.\n +Only if amount is above 5000 EUR/,
    );
    const german = await run(['definition', 'explain', ORDER, '--language', 'de', '--json']);
    expect(JSON.parse(german.out)).toMatchObject({ language: 'de' });
    expect(JSON.parse(german.out).lines).toContain('Der Weg');
    expect((await run(['definition', 'explain', ORDER, '--language', 'fr'])).code).toBe(2);
  });
});

describe('audit verify, without a network', () => {
  let lines: readonly string[] = [];
  let receipt = '';
  let early = '';
  beforeAll(async () => {
    const { client, log } = coreClient();
    const cases = [['SUBMITTED by EMPLOYEE', 'APPROVED by ADMINISTRATION', 'FINAL_APPROVED by SUPERVISOR']];
    const { events } = await readPlan(xesFile(path.join(directory, 'log.xes'), cases), null);
    const io = {
      env: {},
      signal: new AbortController().signal,
      stdout: process.stdout,
      stderr: process.stderr,
    };
    const people = await setUp(
      client,
      readFileSync(example('expense-declaration/definition.yaml'), 'utf8'),
      '2017-01-01T00:00:00.000Z',
    );
    early = log.checkpoint().note;
    const actors = { client, people, seed: '', definition: 'expense-declaration' };
    const { receipts } = await play(actors, events, io, false);
    receipt = `${receipts[1]?.seq}:${receipts[1]?.leaf}`;
    const all: string[] = [];
    for await (const line of log.lines()) all.push(line);
    lines = all;
  });
  const exported = (change: (all: string[]) => void = () => undefined): string => {
    const all = [...lines];
    change(all);
    return file('audit.jsonl', all.join(''));
  };
  const edit = (find: (line: string) => boolean, from: string | RegExp, to: string) => (all: string[]) => {
    const i = all.findIndex(find);
    all[i] = all[i]?.replace(from, to) ?? '';
  };

  it('a whole log is intact and reproduced; key, checkpoint and receipt are confirmed', async () => {
    const checkpoint = file('early.note', early);
    const ran = await run([
      'audit',
      'verify',
      exported(),
      '--key',
      KEY,
      '--checkpoint',
      checkpoint,
      '--receipt',
      receipt,
    ]);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/whose key you gave/);
    expect(ran.out).toMatch(/extends the checkpoint that you gave/);
    expect(ran.out).toMatch(/1 receipt: each names its entry/);
    expect(ran.out).toMatch(/6 commands decided again/);
    expect(ran.out).toMatch(/Verdict: intact and reproduced/);
  });
  it('without a key it says that the key is the export’s own', async () => {
    expect((await run(['audit', 'verify', exported()])).out).toMatch(/the key is the export's own/);
  });
  it('a changed decision is named by its entry; 4', async () => {
    const at = lines.findIndex((line) => line.includes('"decision.recorded"'));
    const ran = await run([
      'audit',
      'verify',
      exported(
        edit((line) => line.includes('"decision.recorded"'), /"decision":"approve"/g, '"decision":"reject"'),
      ),
    ]);
    expect(ran.code).toBe(4);
    expect(ran.out).toContain(`Verdict: broken at seq ${at}`);
  });
  it('a removed entry is named', async () => {
    const ran = await run(['audit', 'verify', exported((all) => all.splice(5, 1)), '--json']);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.out)).toMatchObject({
      verdict: 'broken',
      fault: { code: 'seq_not_dense', seq: 5 },
    });
  });
  it('a file cut off in the middle is broken, not shorter', async () => {
    const ran = await run(['audit', 'verify', exported((all) => all.splice(-3))]);
    expect([ran.code, /breaks off/.test(ran.out)]).toEqual([4, true]);
  });
  it('a receipt for another leaf is a broken log', async () => {
    const ran = await run(['audit', 'verify', exported(), '--receipt', `3:${'0'.repeat(64)}`]);
    expect(ran.code).toBe(4);
    expect(ran.out).toMatch(/broken at seq 3/);
  });
  it('a key of somebody else does not verify', async () => {
    const other = KEY.replace('log.example/env', 'log.example/other');
    expect((await run(['audit', 'verify', exported(), '--key', other])).code).toBe(2);
  });
});
