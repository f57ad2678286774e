import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/**
 * What would end the start later, asked before the database is started: is the port free, and can the data directory
 * be made?
 * @throws the error of the system that names port or path: EADDRINUSE, EACCES, ENOENT, ENOTDIR
 */
export async function preflight(listen: { host: string; port: number }, data: string): Promise<void> {
  await assertFree(listen);
  makeDirectory(path.resolve(data));
}

/** Port 0 takes a free one. @throws EADDRINUSE, EACCES */
export async function assertFree({ host, port }: { host: string; port: number }): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** Step by step: asked for all at once, Node tries for ever where a file system refuses with ENOENT, as /proc does. */
function makeDirectory(directory: string): void {
  if (fs.existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  try {
    fs.mkdirSync(directory, { mode: 0o755 });
  } catch (error) {
    // Another process that starts beside us made it meanwhile.
    if (!fs.existsSync(directory)) throw error;
  }
}
