import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { begin, run } from './run.ts';

const data = mkdtempSync(path.join(tmpdir(), 'countersign-start-'));
// Open to pass: a root's PostgreSQL runs as another account, and would stand elsewhere, and stay there.
chmodSync(data, 0o711);
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Starts a server of its own and reads where it listens. */
async function start(...more: string[]) {
  const child = begin(['start', '--port', '0', '--data', data, '--json', ...more]);
  let text = '';
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    text += line;
    if (line === '}') break;
  }
  const { url } = JSON.parse(text) as { url: string };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  return { env: { COUNTERSIGN_URL: url, COUNTERSIGN_DATA: data }, end };
}

describe('countersign start', () => {
  // Two starts, one with initdb, and three commands: seconds where the machine is idle, half a minute where it is not.
  const patient = { timeout: 180_000 };
  it(
    'serves with its own PostgreSQL and leaves a key, stops by Ctrl-C, and keeps what it was told',
    patient,
    async () => {
      const first = await start('--empty', '--seed', 'x', '--clock', '2026-01-05T09:00:00Z');
      const made = await run(['keys', 'create', 'erp', '--scopes', 'requests:read'], first);
      expect([made.code, made.err]).toEqual([0, '']);
      expect(await first.end('SIGINT')).toBe(0);
      const second = await start();
      expect((await run(['keys', 'list'], second)).out).toMatch(/erp/);
      expect(await second.end('SIGTERM')).toBe(0);
      expect((await run(['keys', 'list'], second)).code).toBe(3);
    },
  );

  // /proc tells who npm is; elsewhere it is not seen to be killed.
  const signals = existsSync('/proc/self/stat') ? (['SIGTERM', 'SIGKILL'] as const) : (['SIGTERM'] as const);
  it.each(signals)('stops when npm, which has started it, is stopped by %s', patient, async (signal) => {
    const npm = spawn('npm', ['start', '--silent', '--', '--port', '0', '--data', data], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let url = '';
    for await (const line of createInterface({ input: npm.stdout })) {
      url ||= /http:\/\/[^/\s]+/.exec(line)?.[0] ?? '';
      if (line.includes('Ctrl-C')) break;
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    npm.kill(signal);
    const answers = () =>
      fetch(`${url}/healthz`).then(
        () => true,
        () => false,
      );
    await expect.poll(answers, { timeout: 60_000 }).toBe(false);
  });

  it('the key of a sandbox on this machine goes to no other', async () => {
    const seen: (string | undefined)[] = [];
    const answer: RequestListener = ({ headers }, response) => {
      seen.push(headers.authorization);
      response.writeHead(404).end();
    };
    const [other, here] = [createHttpServer(answer), createHttpServer(answer)];
    other.listen(0, '127.0.0.2');
    here.listen(0, '127.0.0.1');
    writeFileSync(path.join(data, 'sandbox-key'), 'csk_of_the_sandbox\n');
    for (const server of [other, here]) {
      if (!server.listening) await once(server, 'listening');
      const { address, port } = server.address() as AddressInfo;
      const env = { COUNTERSIGN_URL: `http://${address}:${port}`, COUNTERSIGN_DATA: data };
      expect((await run(['keys', 'list'], { env })).code).toBe(3);
      server.close();
    }
    expect(seen).toEqual([undefined, 'Bearer csk_of_the_sandbox']);
  });

  it('what only a new sandbox takes is told as such, where there is one already', patient, async () => {
    const child = begin(['start', '--port', '0', '--data', data, '--seed', 'y']);
    let told = '';
    child.stderr?.on('data', (bytes) => {
      told += bytes;
    });
    const stopped = once(child, 'exit');
    if (child.stdout === null) throw new Error('no output');
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('Ctrl-C')) break;
    child.kill('SIGTERM');
    expect(await stopped).toEqual([0, null]);
    expect(told).toMatch(/There is a sandbox here already: --empty, --seed and --clock/);
  });

  it('a place that takes no directory is told as such', async () => {
    const ran = await run(['start', '--port', '0', '--data', '/proc/countersign']);
    expect([ran.code, ran.err]).toEqual([2, expect.stringMatching(/No directory can be made at \/proc/)]);
  });

  it('a port in use is told as such, before anything is made', async () => {
    const fresh = path.join(data, 'fresh');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const ran = await run(['start', '--port', String(port), '--data', fresh]);
    taken.close();
    expect(existsSync(fresh)).toBe(false);
    expect([ran.code, ran.err]).toEqual([2, expect.stringMatching(/Another program listens there already/)]);
  });
});
