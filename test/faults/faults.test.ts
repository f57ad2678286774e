import { existsSync, rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { exhausted } from './exhausted.ts';
import { kills } from './kills.ts';
import { overload } from './overload.ts';
import { workDirectory } from './subject.ts';

// What takes minutes and is told with numbers: npm run test:faults. Here it is only shown to hold.
const directories: string[] = [];
const common = (name: string) => {
  const directory = workDirectory(name);
  directories.push(directory);
  return { directory, tell: () => undefined, clients: 3 } as const;
};
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

test('kill -9 of PostgreSQL, of one of its sessions, and of it with the server loses nothing and does nothing twice', async () => {
  const played = await kills({ ...common('kills'), database: 'embedded', kills: 3, inspectEvery: 3 });
  expect(played.wrong).toEqual([]);
  expect(played.acknowledged).toBeGreaterThan(0);
}, 120_000);

test('ten times the calls that it sustains: each of some hundred new connections is answered, and what was accepted stays', async () => {
  const played = await overload({
    ...common('overload'),
    database: 'embedded',
    seconds: 3,
    besides: 1,
    connections: 400,
    times: 10,
  });
  expect(played.wrong).toEqual([]);
  const [most] = [...played.result].sort((a, b) => b.rejectedPerSecond - a.rejectedPerSecond);
  expect(most).toMatchObject({ name: '10 times it' });
  expect(most?.acceptedPerSecond).toBeGreaterThan(0);
}, 120_000);

test.skipIf(!existsSync('/usr/lib/postgresql/15/bin/initdb'))(
  'a PostgreSQL without a free connection is told as such',
  async () => {
    const played = await exhausted({ ...common('exhausted'), seconds: 1 });
    expect(played.wrong).toEqual([]);
    expect(played.statuses['503']).toBeGreaterThan(0);
  },
  120_000,
);
