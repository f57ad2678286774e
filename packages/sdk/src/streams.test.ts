import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answer, cut, type Handler, refuse, serve } from '../test/loopback.ts';
import { createClient } from './client.ts';

const retry = { baseMs: 1, maxMs: 4 };
const document = { id: 'doc_1', versions: [] };
const mebibyte = new Uint8Array(1 << 20).fill(7);

async function* mebibytes(count: number) {
  for (let n = 0; n < count; n++) yield mebibyte;
}
const digestOf = (count: number) => {
  const hash = createHash('sha256');
  for (let n = 0; n < count; n++) hash.update(mebibyte);
  return hash.digest('hex');
};

/** Takes the bytes and answers their digest as the id of the document. */
const store: Handler = async (request, response) => {
  const hash = createHash('sha256');
  for await (const chunk of request) hash.update(chunk);
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: hash.digest('hex'), versions: [] }));
};

describe('uploads', () => {
  it('stream: 64 MiB pass without being gathered', async () => {
    const { baseUrl, calls } = await serve(store);
    const before = process.memoryUsage().arrayBuffers;
    const { data } = await createClient({ baseUrl }).uploadDocument({
      body: () => mebibytes(64),
      fileName: 'größe.pdf',
    });
    expect(data.id).toBe(digestOf(64));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 << 20);
    expect(calls[0]?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'countersign-file-name': 'gr%C3%B6%C3%9Fe.pdf',
      'transfer-encoding': 'chunked',
    });
  });

  it.each([
    ['an array', () => new Uint8Array(Buffer.from('%PDF-1.7')), '%PDF-1.7'],
    ['a Buffer, which is a window on a pool', () => Buffer.from('%PDF-1.7'), '%PDF-1.7'],
    ['a Blob', () => new Blob(['%PDF-1.7']), '%PDF-1.7'],
    ['a function', () => () => new Blob(['%PDF-1.7']).stream(), '%PDF-1.7'],
  ])('from %s are sent again after a fault', async (_, source, text) => {
    const { baseUrl, calls } = await serve(refuse('unavailable', 503), store);
    const { data } = await createClient({ baseUrl, retry }).uploadDocument({ body: source() });
    expect(data.id).toBe(createHash('sha256').update(text).digest('hex'));
    expect(calls).toHaveLength(2);
  });

  it('from a stream, which can be read once, are not', async () => {
    const { baseUrl, calls } = await serve(refuse('unavailable', 503), store);
    const call = createClient({ baseUrl, retry }).uploadDocument({ body: mebibytes(1) });
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
    expect(calls).toHaveLength(1);
  });

  it('refuse what is not bytes', async () => {
    const body = 'text' as unknown as Uint8Array;
    await expect(createClient({ baseUrl: 'http://127.0.0.1:9' }).uploadDocument({ body })).rejects.toThrow(
      TypeError,
    );
  });

  it('name the new version of a document', async () => {
    const { baseUrl, calls } = await serve(answer(201, document));
    await createClient({ baseUrl }).uploadDocumentVersion({ path: { document: 'doc_1' }, body: mebibyte });
    expect(calls[0]?.url).toBe('/v1/documents/doc_1/versions');
  });
});

describe('downloads', () => {
  const path = { document: 'doc_1', version: 1 };

  it('stream the bytes', async () => {
    const { baseUrl } = await serve(async (_, response) => {
      for await (const chunk of mebibytes(8)) response.write(chunk);
      response.end();
    });
    const { data } = await createClient({ baseUrl }).downloadDocumentVersion({ path });
    const hash = createHash('sha256');
    for await (const chunk of data) hash.update(chunk);
    expect(hash.digest('hex')).toBe(digestOf(8));
  });

  it('that are cut fail; a part never passes for the whole', async () => {
    const { baseUrl } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': String(4 << 20) });
      response.write(mebibyte, () => request.socket.destroy());
    });
    const { data } = await createClient({ baseUrl }).downloadDocumentVersion({ path });
    await expect(new Response(data).arrayBuffer()).rejects.toThrow();
  });

  it('are opened again when the answer did not begin', async () => {
    const { baseUrl } = await serve(cut, (_, response) => void response.end('a'));
    const { data } = await createClient({ baseUrl, retry }).exportAudit();
    expect(await new Response(data).text()).toBe('a');
  });
});
