/**
 * Drives one peer over the same raw sockets as bench/lifecycle. Reads its orders as JSON from the last argument, waits
 * for a line on standard input before each window, and prints what it saw of it as a line of JSON.
 */
import readline from 'node:readline';
import type { Drive, Seen } from '../lifecycle/orders.ts';
import { type Wire, wire } from '../lifecycle/wire.ts';

export type PeerOrders = {
  readonly port: number;
  readonly clients: number;
  readonly name: string;
  /** Path and body of each call, and what its answer must hold; `{id}` stands for the request. */
  readonly calls: readonly (readonly [path: string, body: string, mark: string])[];
};

const orders: PeerOrders = JSON.parse(process.argv[2] ?? '');

async function lifecycle(connection: Wire, id: string, seen: Seen): Promise<void> {
  for (const [n, [path, body, mark]] of orders.calls.entries()) {
    const began = performance.now();
    const answer = await connection.call(
      `POST ${path.replace('{id}', id)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`,
      body.replace('{id}', id),
    );
    if (answer.status >= 300 || !answer.body.includes(mark))
      throw new Error(`expected ${mark}, got ${answer.status}: ${answer.body.slice(0, 2000)}`);
    (n === 0 ? seen.create : seen.decide).push(performance.now() - began);
  }
}

let window = 0;
async function drive(connections: readonly Wire[], { seconds, most }: Drive): Promise<Seen> {
  window += 1;
  const seen: Seen = { lifecycles: 0, commands: 0, seconds: 0, cpu: 0, create: [], decide: [] };
  const start = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(
    connections.map(async (connection, client) => {
      for (let i = 0; performance.now() < start + seconds * 1000 && seen.lifecycles < most; i += 1) {
        await lifecycle(connection, `${orders.name}-${window}-${client}-${i}`, seen);
        seen.lifecycles += 1;
      }
    }),
  );
  const used = process.cpuUsage(cpu);
  seen.seconds = (performance.now() - start) / 1000;
  seen.cpu = (used.user + used.system) / 1e6;
  seen.commands = seen.create.length + seen.decide.length;
  return seen;
}

const connections = await Promise.all(
  Array.from({ length: orders.clients }, () => wire('127.0.0.1', orders.port)),
);
process.stdout.write('ready\n');
for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await drive(connections, JSON.parse(line)))}\n`);
}
for (const connection of connections) connection.close();
