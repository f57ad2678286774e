import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchDatabase } from '../lifecycle/database.ts';
import type { Drive, Seen } from '../lifecycle/orders.ts';
import { startDriver, startServer } from '../lifecycle/processes.ts';
import { setUp } from '../lifecycle/setup.ts';
import type { PeerOrders } from './driver.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export type System = {
  readonly name: string;
  /** Processes whose CPU and calls of fsync are its own, besides PostgreSQL's. */
  readonly pids: readonly number[];
  readonly onPostgres: boolean;
  drive(drive: Drive): Promise<Seen>;
  stop(): Promise<void>;
};

export async function countersign(database: BenchDatabase, clients: number): Promise<System> {
  const server = await startServer({ database: await database.fresh(), profile: null, preload: null });
  const driver = await startDriver({
    kind: 'lifecycle',
    port: server.port,
    clients,
    name: 'peers',
    lifecycle: await setUp(server.url, server.key),
    echo: { headers: '', body: '' },
  });
  return {
    name: 'Countersign',
    pids: [server.pid],
    onPostgres: true,
    drive: ({ seconds, most }) => driver.drive(seconds, most),
    async stop() {
      await driver.stop();
      await server.stop();
    },
  };
}

export async function dbos(database: BenchDatabase, clients: number): Promise<System> {
  // DBOS wants a host in the address; a socket's directory overrules it.
  const url = (await database.fresh()).replace('@/', '@localhost/');
  const { child, port } = await service('dbos.ts', url);
  const driver = await peerDriver({
    port,
    clients,
    name: 'dbos',
    calls: [
      ['/requests', order, '"status":"in_review"'],
      ['/budget', decision, '"status":"in_review"'],
      ['/finance', decision, '"outcome":"approved"'],
    ],
  });
  return {
    name: 'DBOS Transact 5.3.0',
    pids: [pidOf(child)],
    onPostgres: true,
    drive: driver.drive,
    stop: () => endAll(driver.child, child),
  };
}

export async function restate(clients: number): Promise<System> {
  const base = mkdtempSync(path.join(os.tmpdir(), 'countersign-peers-restate-'));
  const [fabric, admin, ingress] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LOG_FILTER: 'error',
    DO_NOT_TRACK: '1',
  };
  const server = spawn(program(), ['--base-dir', base], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const { child, port } = await service('restate.ts');
  await registered(admin, port);
  const driver = await peerDriver({
    port: ingress,
    clients,
    name: 'restate',
    calls: [
      ['/approval/{id}/create', order, '"status":"in_review"'],
      ['/approval/{id}/approve', decision, '"status":"in_review"'],
      ['/approval/{id}/approve', decision, '"outcome":"approved"'],
    ],
  });
  return {
    name: 'Restate 1.7.12',
    pids: [pidOf(server), pidOf(child)],
    onPostgres: false,
    drive: driver.drive,
    async stop() {
      await endAll(driver.child, child, server);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

const order =
  '{"id":"{id}","supplier":"Northwind Tools","amount":{"amount":"18400.00","currency":"EUR"},"region":"r1","costCenter":"CC-204"}';
const decision = '{"id":"{id}","person":"bench.lead","decision":"approve"}';

/** The program itself, not npm's starter of it: its process is what is measured. @throws on another version */
function program(): string {
  const file = here(`node_modules/@restatedev/restate-server-linux-x64/bin/restate-server`);
  const said = spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  if (!said.includes('1.7.12')) throw new Error(`no restate-server 1.7.12: npm --prefix bench/peers ci`);
  return file;
}

/** How Restate writes, by its own word. */
export function restateDurability(): string {
  const dumped = spawnSync(program(), ['--dump-config'], { encoding: 'utf8' }).stdout;
  return dumped
    .split('\n')
    .filter((line) => /^(rocksdb-disable-wal(-fsync)?|default-provider|default-replication) =/.test(line))
    .join(', ');
}

async function registered(admin: number, port: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const done = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
    }).then(
      (response) => response.ok,
      () => false,
    );
    if (done) return;
    if (attempt === 120) throw new Error('Restate did not take the deployment');
    await sleep(500);
  }
}

async function service(
  file: string,
  ...args: readonly string[]
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [here(file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      const port = /"port":(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port) });
    });
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${text}`)));
  });
}

async function peerDriver(orders: PeerOrders) {
  const child = spawn(process.execPath, [here('driver.ts'), JSON.stringify(orders)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the driver of ${orders.name} ended`);
    return value;
  };
  await next();
  return {
    child,
    async drive(drive: Drive): Promise<Seen> {
      child.stdin.write(`${JSON.stringify(drive)}\n`);
      return JSON.parse(await next());
    },
  };
}

async function endAll(...children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('it did not start');
  return child.pid;
}

async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
