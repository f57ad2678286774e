import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { BlobError, type BlobStore, type Blobs } from './store.ts';

/** What a driver's test gives: a fresh store, and a way to spoil what lies behind it. */
export interface BlobsUnderTest {
  readonly blobs: () => Blobs;
  /** How many things the driver holds, whole or partial. */
  readonly held: () => Promise<number>;
  /** Changes one stored byte behind the driver's back. */
  readonly spoil: (environmentId: string, sha256: string) => Promise<void>;
}

const LIMIT = { limit: 10_000_000 };

export async function* pieces(bytes: Uint8Array, step = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += step) yield bytes.subarray(at, at + step);
}

export async function readAll(store: BlobStore, sha256: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.open(sha256)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof BlobError ? error.code : String(error)),
  );

/** The rules that every driver keeps. */
export function blobsConformance(under: BlobsUnderTest): void {
  const store = () => under.blobs().of('env_one');

  test.each([0, 1, 65_535, 65_536, 65_537, 3_000_000])('%i bytes come back to the bit', async (length) => {
    const bytes = randomBytes(length);
    const stored = await store().put(pieces(bytes, 40_009), LIMIT);
    expect(stored).toMatchObject({ sha256: digest(bytes), size: length });
    expect((await readAll(store(), stored.sha256)).equals(bytes)).toBe(true);
    expect(await store().size(stored.sha256)).toBe(length);
  });

  test('the same bytes are one blob, even when they arrive at the same time', async () => {
    const bytes = randomBytes(100_000);
    const before = await under.held();
    const all = await Promise.all([1, 2, 3, 4].map(() => store().put(pieces(bytes, 999), LIMIT)));
    expect(new Set(all.map((one) => one.sha256)).size).toBe(1);
    expect(await under.held()).toBe(before + 1);
    expect((await readAll(store(), digest(bytes))).equals(bytes)).toBe(true);
  });

  test('at the limit is accepted, one byte more is refused and leaves nothing', async () => {
    await store().put(pieces(randomBytes(1000)), { limit: 1000 });
    const before = await under.held();
    expect(await codeOf(store().put(pieces(randomBytes(1001), 100), { limit: 1000 }))).toBe('blob-too-large');
    expect(await under.held()).toBe(before);
  });

  test('an upload that breaks off leaves nothing', async () => {
    const before = await under.held();
    async function* broken() {
      yield randomBytes(200_000);
      throw new Error('the line is dead');
    }
    expect(await codeOf(store().put(broken(), LIMIT))).toContain('the line is dead');
    expect(await under.held()).toBe(before);
  });

  test("one environment's blob is missing in another, and stays when the other one's is removed", async () => {
    const bytes = randomBytes(500);
    const { sha256 } = await store().put(pieces(bytes), LIMIT);
    const other = under.blobs().of('env_two');
    expect(await codeOf(other.open(sha256))).toBe('blob-missing');
    expect(await other.size(sha256)).toBeUndefined();
    await other.put(pieces(bytes), LIMIT);
    expect(await other.remove(sha256)).toBe(true);
    expect(await other.remove(sha256)).toBe(false);
    expect((await readAll(store(), sha256)).equals(bytes)).toBe(true);
  });

  test('bytes that changed behind the store are never handed out as if they were whole', async () => {
    const { sha256 } = await store().put(pieces(randomBytes(200_000)), LIMIT);
    await under.spoil('env_one', sha256);
    expect(await codeOf(readAll(store(), sha256))).toBe('blob-corrupt');
  });

  test('names that could leave the store are refused', async () => {
    for (const name of ['../x', 'partial', '', 'A/b', '.'])
      expect(() => under.blobs().of(name)).toThrow(TypeError);
    for (const name of ['../../etc/passwd', 'ABC', '', 'a'.repeat(63)]) {
      await expect((async () => store().open(name))()).rejects.toThrow(TypeError);
    }
  });

  test.each([
    ['application/pdf', Buffer.from('%PDF-1.7\n%âãÏÓ')],
    ['application/pdf', Buffer.concat([Buffer.from('\xef\xbb\xbf\n'), Buffer.from('%PDF-1.4')])],
    ['image/png', Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex')],
    ['application/octet-stream', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['application/octet-stream', Buffer.from('<?xml version="1.0"?><svg/>')],
    ['application/octet-stream', Buffer.from('<html><script>alert(1)</script></html>')],
    ['application/octet-stream', Buffer.from('plain words')],
    ['application/octet-stream', Buffer.alloc(0)],
  ])('the type is %s by content', async (type, bytes) => {
    expect(await store().put(pieces(bytes), LIMIT)).toMatchObject({ type });
  });
}
