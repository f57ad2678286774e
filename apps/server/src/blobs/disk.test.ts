import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { blobsConformance, pieces, readAll } from './blobs.conformance.ts';
import { diskBlobs } from './disk.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'blobs-test-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const filesIn = (directory: string) =>
  !fs.existsSync(directory)
    ? []
    : fs
        .readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((name) => fs.statSync(path.join(directory, name)).isFile());

describe('the disk driver', () => {
  const directory = path.join(home, 'conformance');
  const blobs = diskBlobs(directory);
  blobsConformance({
    blobs: () => blobs,
    held: async () => filesIn(directory).length,
    spoil: async (environmentId, sha256) => {
      const file = path.join(directory, environmentId, sha256.slice(0, 2), sha256);
      const bytes = fs.readFileSync(file);
      bytes.writeUInt8(bytes.readUInt8(100_000) ^ 1, 100_000);
      fs.writeFileSync(file, bytes);
    },
  });
});

test('a process killed in the middle of an upload leaves only what a sweep removes', async () => {
  const directory = path.join(home, 'killed');
  const disk = fileURLToPath(new URL('disk.ts', import.meta.url));
  const program = `
    const { diskBlobs } = await import(${JSON.stringify(disk)});
    async function* endless() { for (let n = 0; ; n += 1) { yield new Uint8Array(65536); if (n === 20) console.log('under way'); } }
    await diskBlobs(${JSON.stringify(directory)}).of('env_one').put(endless(), { limit: 2 ** 40 });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(filesIn(directory)).toHaveLength(1);
  const blobs = diskBlobs(directory);
  expect(await blobs.sweep(3_600_000)).toBe(0);
  expect(await blobs.sweep(-1000)).toBe(1);
  expect(filesIn(directory)).toEqual([]);
});

test('a blob cut short by a failing disk is replaced by the next upload of the same bytes', async () => {
  const directory = path.join(home, 'short');
  const store = diskBlobs(directory).of('env_one');
  const bytes = Buffer.from('all of it');
  const { sha256 } = await store.put(pieces(bytes), { limit: 100 });
  fs.truncateSync(path.join(directory, 'env_one', sha256.slice(0, 2), sha256), 3);
  await store.put(pieces(bytes), { limit: 100 });
  expect(await readAll(store, sha256)).toEqual(bytes);
});

const pdfs = fileURLToPath(new URL('../../../../../shared/data/pdfs', import.meta.url));
const names = fs.existsSync(pdfs) ? fs.readdirSync(pdfs).filter((name) => name.endsWith('.pdf')) : [];

test.skipIf(names.length === 0)(
  'real PDF files, broken and encrypted ones too, come back to the bit',
  async () => {
    const store = diskBlobs(path.join(home, 'pdfs')).of('env_one');
    expect(names.length).toBe(58);
    for (const name of names) {
      const bytes = fs.readFileSync(path.join(pdfs, name));
      const stored = await store.put(fs.createReadStream(path.join(pdfs, name)), { limit: 2 ** 30 });
      expect({ name, ...stored }).toEqual({
        name,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.byteLength,
        type: 'application/pdf',
      });
      expect((await readAll(store, stored.sha256)).equals(bytes)).toBe(true);
    }
  },
);
