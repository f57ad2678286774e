import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { testServer } from '../../../test/support/server.ts';
import { begin, run } from './run.ts';
import { LOG, xesFile } from './xes.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'countersign-import-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const empty = { sandbox: { seed: 'uni', clock: '2017-01-01T00:00:00.000Z', empty: true } };
const [one, two] = [await testServer(empty), await testServer(empty)];
type Server = typeof one;
const envOf = ({ url, api }: Server) => ({
  env: { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: api.secret ?? '' },
});

const head = async ({ api }: Server): Promise<number> => (await api.ok('getEnvironment')).body.head;

/** Runs an import until the log has grown by some entries, then ends it. */
async function cutShort(args: string[], server: Server, signal: NodeJS.Signals): Promise<number | null> {
  const until = (await head(server)) + 150;
  const child = begin(args, envOf(server));
  const ended = once(child, 'exit');
  while ((await head(server)) < until) await sleep(50);
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  return code;
}

describe.skipIf(!existsSync(LOG))('import xes against a real server', () => {
  it('300 real cases give one log, whether played at once or stopped, killed and resumed', {
    timeout: 600_000,
  }, async () => {
    const reports = [path.join(directory, 'one.json'), path.join(directory, 'two.json')];
    const args = (i: number): string[] => [
      'import',
      'xes',
      LOG,
      '--limit',
      '300',
      '--report',
      reports[i] ?? '',
    ];
    const whole = await run(args(0), envOf(one));
    expect(whole.code, whole.err).toBe(0);
    expect(whole.out).toMatch(/300 cases, 1,342 events in [\d min]+s: 1,342 executed, 0 refused/);
    expect(whole.out).toMatch(/Verified offline: intact and reproduced/);

    expect(await cutShort(args(1), two, 'SIGINT')).toBe(130);
    expect(await cutShort(args(1), two, 'SIGKILL')).toBe(null);
    const resumed = await run(args(1), envOf(two));
    expect(resumed.code, resumed.err).toBe(0);
    expect(resumed.err).toMatch(/has played this log before/);
    const [a, b] = reports.map((file) => JSON.parse(readFileSync(file, 'utf8')));
    expect(b.log.root).toBe(a.log.root);
    expect(b.replayed).toBeGreaterThan(100);
    expect({ ...b.comparison }).toEqual({ ...a.comparison });
  });

  it('a log that starts before the clock is refused with how to start a sandbox for it', async () => {
    const file = xesFile(path.join(directory, 'early.xes'), [['SUBMITTED by EMPLOYEE']]);
    const ran = await run(['import', 'xes', file], envOf(one));
    expect([ran.code, ran.err]).toEqual([
      1,
      expect.stringMatching(/countersign start --empty --clock 2017-01-09/),
    ]);
  });
});
