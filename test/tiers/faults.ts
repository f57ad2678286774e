// Breaks server and PostgreSQL under load, and holds the log against what the clients were promised: kills, full disks,
// no free connection, a database that stands still, clocks that are set, overload. Needs root (for file systems in
// memory), Debian's postgresql-15 and faketime. All of it takes about an hour; names run a part:
//   node test/tiers/faults.ts kills-embedded overload
// Each part writes its own section of test/results/faults.md.
import { rmSync } from 'node:fs';
import { clock } from '../faults/clock.ts';
import { databaseDiskFull, documentDiskFull } from '../faults/disk.ts';
import { exhausted } from '../faults/exhausted.ts';
import { kills } from '../faults/kills.ts';
import { overload } from '../faults/overload.ts';
import { pause } from '../faults/pause.ts';
import { record, recoveries, type Section, spread, summary, table } from '../faults/report.ts';
import { workDirectory } from '../faults/subject.ts';

type Part = (common: { directory: string; tell: (line: string) => void }) => Promise<Section>;

/** Two hundred in all. */
const KILLS = 110;

const killed =
  (database: 'embedded' | 'external'): Part =>
  async (common) => {
    const played = await kills({ ...common, database, kills: KILLS, inspectEvery: 10 });
    return { ...summary(played), lines: [...summary(played).lines, ...recoveries(played.result)] };
  };

const filled =
  (run: typeof databaseDiskFull, database: 'embedded' | 'external'): Part =>
  async (common) => {
    const played = await run({ ...common, database, seconds: 30 });
    const { recovered, meanwhile } = played.result;
    return summary(played, [
      `30 s without room: ${meanwhile} commands accepted meanwhile; the first new one ${recovered} ms after there was room.`,
    ]);
  };

const paused =
  (database: 'embedded' | 'external'): Part =>
  async (common) => {
    const played = await pause({ ...common, database, seconds: 30 });
    const { recovered, reads } = played.result;
    return summary(played, [
      `All processes of PostgreSQL stopped for 30 s; the first new command ${recovered} ms after they went on.`,
      `Calls that read were refused with 503 after ${spread(reads)}.`,
    ]);
  };

const PARTS: { readonly [name: string]: Part } = {
  'kills-embedded': killed('embedded'),
  'kills-external': killed('external'),
  'disk-embedded': filled(databaseDiskFull, 'embedded'),
  'disk-external': filled(databaseDiskFull, 'external'),
  'disk-documents': filled(documentDiskFull, 'embedded'),
  'pause-embedded': paused('embedded'),
  'pause-external': paused('external'),
  exhausted: async (common) => {
    const played = await exhausted({ ...common, seconds: 30 });
    return summary(played, [
      `No free connection for 30 s; the first new command ${played.result.recovered} ms after one was.`,
    ]);
  },
  clock: async (common) => {
    const played = await clock({ ...common, database: 'embedded', secondsPerStep: 8 });
    return summary(played, [
      `Stepped by ±1 hour and ±1 day, eight times; after each, a new command was accepted within ${played.result.longest} ms.`,
    ]);
  },
  overload: async (common) => {
    const played = await overload({
      ...common,
      database: 'embedded',
      seconds: 300,
      connections: 800,
      times: 10,
    });
    return summary(played, table(played.result));
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);

let [passed, failed] = [0, 0];
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const directory = workDirectory(name);
  const section = await part({ directory, tell: (line) => console.log(`${name}: ${line}`) });
  record(name, section);
  if (section.ok) {
    passed += 1;
    rmSync(directory, { recursive: true, force: true });
  } else {
    failed += 1;
    console.log(`what the server said and the client wrote down is in ${directory}`);
  }
}
console.log(`\n${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
