/**
 * From the start of the process to the first write that it accepts, as a user starts it.
 *   node bench/start.ts [runs=5]
 * On its own PostgreSQL the very first time (with the sample) and again, and on one that runs already.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from './lifecycle/database.ts';
import { cpuOf } from './lifecycle/processes.ts';
import { load, machine } from './lifecycle/report.ts';

const cli = fileURLToPath(new URL('../packages/cli/bin/countersign.js', import.meta.url));
const runs = Number(process.argv[2] ?? 5);

type Start = { readonly seconds: number; readonly cpu: number };

/** Starts, writes once, stops. `cpu`: seconds of processor time of the Node process until then. */
async function start(data: string, database: string | null): Promise<Start> {
  const began = performance.now();
  const child = spawn(cli, ['start', '--json', '--port', '0', '--data', data], {
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      ...(database === null ? {} : { DATABASE_URL: database }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      const found = /"url":\s*"([^"]+)"/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const key = readFileSync(path.join(data, 'sandbox-key'), 'utf8').trim();
  const name = `bench-${randomUUID()}`;
  const response = await fetch(`${url}/v1/service-accounts`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': name },
    body: JSON.stringify({ name }),
  });
  if (response.status !== 201) throw new Error(`the first write was answered ${response.status}`);
  const seconds = (performance.now() - began) / 1000;
  const cpu = cpuOf(child.pid ?? 0);
  child.kill('SIGTERM');
  await ended;
  return { seconds, cpu };
}

const inDirectory = async <T>(work: (data: string) => Promise<T>): Promise<T> => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'));
  // Open to pass: a root's PostgreSQL runs as another account, and would stand elsewhere, and stay there.
  chmodSync(data, 0o711);
  try {
    return await work(data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
};

async function times(count: number, once: () => Promise<Start>): Promise<Start[]> {
  const all: Start[] = [];
  for (let run = 0; run < count; run += 1) all.push(await once());
  return all;
}

function row(what: string, target: number, of: readonly Start[]): string {
  const middle = (pick: (one: Start) => number): number =>
    of.map(pick).toSorted((a, b) => a - b)[of.length >> 1] ?? 0;
  return `| ${what} | ${target} s | ${middle((one) => one.seconds).toFixed(2)} s | ${middle((one) => one.cpu).toFixed(2)} s |`;
}

const before = load();
const first = await times(runs, () => inDirectory((data) => start(data, null)));
const again = await inDirectory(async (data) => {
  await start(data, null);
  return times(runs, () => start(data, null));
});
const database = await openDatabase();
try {
  const url = await database.fresh();
  const external = await inDirectory(async (data) => {
    await start(data, url);
    return times(runs, () => start(data, url));
  });
  process.stdout.write(
    [
      `${machine()}, PostgreSQL ${database.version} with fsync. Medians of ${runs}. Load average ${before} → ${load()}.`,
      '',
      '| start to first accepted write | target | took | of it, Node on a core |',
      '| --- | --: | --: | --: |',
      row('its own PostgreSQL, the very first start, with the sample', 10, first),
      row('its own PostgreSQL, again', 3, again),
      row('a PostgreSQL that runs, migrated', 1, external),
      '',
    ].join('\n'),
  );
} finally {
  await database.stop();
}
