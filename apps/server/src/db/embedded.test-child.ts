// A process of its own for embedded.test.ts: starts the database, says so, and lives until it is told or killed.
import { startEmbedded } from './embedded.ts';

const [dataDir, then] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: embedded.test-child.ts <data directory> [stop]');
const server = await startEmbedded({ dataDir, log: () => undefined, durable: false });
process.stdout.write(
  `${JSON.stringify({ pid: server.pid, adopted: server.adopted, url: server.url('postgres') })}\n`,
);
if (then !== 'stop') await new Promise((resolve) => process.stdin.once('data', resolve));
await server.stop();
process.exit(0);
