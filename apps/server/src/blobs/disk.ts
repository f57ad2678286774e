import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { BlobError, type BlobStore, type Blobs, type PutOptions, type StoredBlob } from './store.ts';
import { SAMPLE_BYTES, typeOf } from './type.ts';

/** Uploads under way. On the same file system as the blobs, so that a rename moves no bytes. */
const PARTIAL = 'partial';
const ENVIRONMENT = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Blobs as files `<environment>/<first two digits>/<sha256>` in `directory`. */
export function diskBlobs(directory: string): Blobs {
  const partial = path.join(directory, PARTIAL);
  return {
    of: (environmentId) => {
      if (!ENVIRONMENT.test(environmentId) || environmentId === PARTIAL) {
        throw new TypeError(`${environmentId} is no environment id`);
      }
      return storeIn(path.join(directory, environmentId), partial);
    },
    sweep: (olderThanMs) => sweep(partial, Date.now() - olderThanMs),
  };
}

function storeIn(directory: string, partial: string): BlobStore {
  const place = (sha256: string) => {
    if (!SHA256.test(sha256)) throw new TypeError('a blob is named by 64 lower-case hexadecimal digits');
    return path.join(directory, sha256.slice(0, 2), sha256);
  };
  return {
    put: (content, options) => put(content, options, partial, place),
    open: (sha256) => open(place(sha256), sha256),
    size: async (sha256) => (await statOf(place(sha256)))?.size,
    remove: async (sha256) => {
      if ((await statOf(place(sha256))) === undefined) return false;
      await fs.rm(place(sha256), { force: true });
      await syncDirectory(path.dirname(place(sha256)));
      return true;
    },
  };
}

async function put(
  content: AsyncIterable<Uint8Array>,
  options: PutOptions,
  partial: string,
  place: (sha256: string) => string,
): Promise<StoredBlob> {
  await fs.mkdir(partial, { recursive: true, mode: 0o700 });
  const temporary = path.join(partial, randomUUID());
  try {
    const { sample, ...written } = await write(content, options.limit, temporary);
    const type = await typeOf(sample);
    await settle(temporary, place(written.sha256), written.size);
    return { ...written, type };
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

async function write(
  content: AsyncIterable<Uint8Array>,
  limit: number,
  file: string,
): Promise<{ readonly sha256: string; readonly size: number; readonly sample: Uint8Array }> {
  const hash = createHash('sha256');
  const sample = new Uint8Array(SAMPLE_BYTES);
  let size = 0;
  const handle = await fs.open(file, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      if (size < SAMPLE_BYTES) sample.set(chunk.subarray(0, SAMPLE_BYTES - size), size);
      size += chunk.byteLength;
      if (size > limit) throw new BlobError('blob-too-large', `more than ${limit} bytes`);
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), size, sample: sample.subarray(0, Math.min(size, SAMPLE_BYTES)) };
}

/** A whole blob of that size keeps its place; anything else is replaced at once. */
async function settle(temporary: string, target: string, size: number): Promise<void> {
  if ((await statOf(target))?.size === size) return;
  const folder = path.dirname(target);
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  await fs.rename(temporary, target);
  // The file is durable once every directory on the way to its name is (fsync(2)).
  await syncDirectory(folder);
  await syncDirectory(path.dirname(folder));
  await syncDirectory(path.dirname(path.dirname(folder)));
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOf(
  file: string,
): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    return await fs.stat(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function open(file: string, sha256: string): Promise<Readable> {
  if ((await statOf(file)) === undefined) throw new BlobError('blob-missing', `there is no blob ${sha256}`);
  const source = createReadStream(file);
  const checked = checkDigest(sha256);
  source.once('error', (error) => checked.destroy(error));
  checked.once('close', () => source.destroy());
  return source.pipe(checked);
}

function checkDigest(sha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const found = hash.digest('hex');
      done(
        found === sha256 ? null : new BlobError('blob-corrupt', `blob ${sha256} now has the digest ${found}`),
      );
    },
  });
}

async function sweep(partial: string, before: number): Promise<number> {
  if ((await statOf(partial)) === undefined) return 0;
  let removed = 0;
  for (const name of await fs.readdir(partial)) {
    const file = path.join(partial, name);
    const found = await statOf(file);
    if (found === undefined || found.mtimeMs >= before) continue;
    await fs.rm(file, { force: true });
    removed += 1;
  }
  return removed;
}
