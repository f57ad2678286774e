import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rowsWith } from '../../../../../test/support/database.ts';
import { testServer } from '../../../../../test/support/server.ts';

const LIMIT = 3_000_000;
const server = await testServer({ settings: { uploadLimit: LIMIT } });
const { api } = server;

const sha256 = (bytes: Buffer, as: 'hex' | 'base64' = 'hex') => createHash('sha256').update(bytes).digest(as);
const PDF = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n%%EOF\n');
const head = async () => (await api.ok('getEnvironment')).body.head;
const kept = (): string[] => {
  const directory = path.join(server.data, 'documents');
  return !existsSync(directory)
    ? []
    : readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(path.join(directory, name)).isFile(),
      );
};
/** Refused, and neither the log nor the blob store knows of it. */
const leavesNothing = async (attempt: () => Promise<unknown>) => {
  const before = [await head(), kept()];
  await attempt();
  expect([await head(), kept()]).toEqual(before);
};

describe('an upload', () => {
  test('is kept to the bit, typed by its content, and comes back as a download', async () => {
    const made = await api.ok('uploadDocument', {
      body: PDF,
      headers: {
        'countersign-file-name': encodeURIComponent('Angebot Müller & Söhne.png'),
        'content-digest': `sha-256=:${sha256(PDF, 'base64')}:`,
      },
    });
    expect(made.body.versions).toEqual([
      {
        version: 1,
        sha256: sha256(PDF),
        bytes: PDF.length,
        mediaType: 'application/pdf',
        type: 'pdf',
        name: 'Angebot Müller & Söhne.png',
        uploadedBy: expect.objectContaining({ kind: 'service' }),
        uploadedAt: expect.any(String),
      },
    ]);
    const params = { document: made.body.id, version: 1 };
    expect((await api.ok('getDocument', { params: { document: made.body.id } })).body).toEqual(made.body);
    expect((await api.ok('getDocumentVersion', { params })).body).toEqual(made.body.versions[0]);
    const back = await api.ok('downloadDocumentVersion', { params });
    expect(back.raw.equals(PDF)).toBe(true);
    expect(back.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(PDF.length),
      'content-digest': `sha-256=:${sha256(PDF, 'base64')}:`,
      'content-disposition': `attachment; filename="Angebot M_ller _ S_hne.png"; filename*=UTF-8''Angebot%20M%C3%BCller%20%26%20S%C3%B6hne.png`,
      'x-content-type-options': 'nosniff',
    });
    expect(await rowsWith(server.database, 'Müller & Söhne')).toEqual([]);
  });

  test('of a new version keeps the one before', async () => {
    const first = await api.ok('uploadDocument', { body: PDF });
    const { id } = first.body;
    const more = Buffer.concat([PDF, Buffer.from('% changed')]);
    const second = await api.ok('uploadDocumentVersion', { params: { document: id }, body: more });
    expect(second.body.versions.map((each) => each.sha256)).toEqual([sha256(PDF), sha256(more)]);
    const old = await api.ok('downloadDocumentVersion', { params: { document: id, version: 1 } });
    expect(old.raw.equals(PDF)).toBe(true);
    expect(old.headers['content-disposition']).toContain(`${id}-1.pdf`);
    await api.refused('downloadDocumentVersion', 'not-found', { params: { document: id, version: 3 } });
    await api.refused('getDocumentVersion', 'not-found', { params: { document: id, version: 0 } });
  });

  test('repeated under its key is answered again; other bytes of the same length are refused', async () => {
    const bytes = Buffer.concat([PDF, randomBytes(200_000)]);
    const upload = (body: Buffer) => ({
      body,
      idempotencyKey: 'scan-1',
      headers: { 'countersign-file-name': 'a.pdf' },
    });
    const first = await api.ok('uploadDocument', upload(bytes));
    const again = await api.ok('uploadDocument', upload(bytes));
    expect(again).toMatchObject({ status: 201, body: first.body, seq: first.seq, leaf: first.leaf });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = Buffer.from(bytes);
    other.writeUInt8(other.readUInt8(100_000) ^ 1, 100_000);
    await leavesNothing(async () => {
      await api.refused('uploadDocument', 'idempotency-key-reused', upload(other));
      await api.refused('uploadDocument', 'idempotency-key-reused', upload(bytes.subarray(1)));
    });
  });

  test('under one key by several at once is recorded once', async () => {
    const bytes = randomBytes(300_000);
    const before = await head();
    const made = await Promise.all(
      Array.from({ length: 5 }, () => api.ok('uploadDocument', { body: bytes, idempotencyKey: 'scan-2' })),
    );
    expect(new Set(made.map((each) => each.body.id)).size).toBe(1);
    expect(await head()).toBe(before + 1);
  });

  test('may have the largest size that is allowed, and not a byte more', async () => {
    const largest = randomBytes(LIMIT);
    const { body } = await api.ok('uploadDocument', { body: largest });
    expect(body.versions[0]).toMatchObject({ bytes: LIMIT, sha256: sha256(largest), type: null });
    await leavesNothing(async () => {
      const { problem } = await api.refused('uploadDocument', 'body-too-large', {
        body: randomBytes(LIMIT + 1),
      });
      expect(problem.data).toEqual({ limit: LIMIT });
      await api.refused('uploadDocument', 'body-too-large', { body: randomBytes(4 * LIMIT) });
    });
  });

  test.each([
    [
      'with another digest than announced',
      'upload-mismatch',
      { 'content-digest': `sha-256=:${sha256(Buffer.from('x'), 'base64')}:` },
    ],
    ['with a digest that is none', 'validation-failed', { 'content-digest': 'md5' }],
    ['with a digest that nobody compares', 'validation-failed', { 'content-digest': 'md5=:AAAA:' }],
    ['with a name that is not encoded', 'validation-failed', { 'countersign-file-name': '%E4%zz' }],
    ['with a name that holds NUL', 'validation-failed', { 'countersign-file-name': 'a%00.pdf' }],
    ['as another media type', 'unsupported-media-type', { 'content-type': 'application/pdf' }],
  ] as const)('%s is refused and leaves nothing', (_what, code, headers) =>
    leavesNothing(() => api.refused('uploadDocument', code, { body: randomBytes(70_000), headers })),
  );

  test('of an empty file, or of a version of what does not exist, is refused and leaves nothing', () =>
    leavesNothing(async () => {
      await api.refused('uploadDocument', 'validation-failed', { body: Buffer.alloc(0) });
      await api.refused('uploadDocumentVersion', 'not-found', {
        params: { document: 'doc_018f0000-0000-7000-8000-000000000001' },
        body: randomBytes(70_000),
      });
      await api.refused('uploadDocumentVersion', 'not-found', { params: { document: 'doc_1' }, body: PDF });
    }));

  test('that is cut off in the middle leaves nothing', () =>
    leavesNothing(async () => {
      await new Promise<void>((resolve) => {
        const request = http.request(`${server.url}/v1/documents`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${api.secret}`,
            'idempotency-key': 'cut',
            'content-type': 'application/octet-stream',
            'content-length': 1_000_000,
          },
        });
        request.on('error', () => resolve());
        request.write(randomBytes(400_000), () => setTimeout(() => request.destroy(), 100));
      });
      for (let i = 0; i < 100 && kept().some((name) => name.startsWith('partial')); i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }));
});

describe('the type of a file is found in its content', () => {
  test.each([
    ['png', Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex'), 'image/png'],
    [null, Buffer.from('<html><script>alert(1)</script></html>'), 'application/octet-stream'],
    [
      null,
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'application/octet-stream',
    ],
  ])('%s', async (type, body, mediaType) => {
    const made = await api.ok('uploadDocument', { body, headers: { 'countersign-file-name': 'x.pdf' } });
    expect(made.body.versions[0]).toMatchObject({ type, mediaType });
    const params = { document: made.body.id, version: 1 };
    const { headers } = await api.ok('downloadDocumentVersion', { params });
    expect(headers).toMatchObject({ 'content-type': mediaType, 'x-content-type-options': 'nosniff' });
    expect(headers['content-disposition']).toMatch(/^attachment;/);
  });
});

test('a request takes a document only where it fits its slot', async () => {
  await api.ok('changeDirectory', {
    body: {
      changes: [
        { change: 'person', userName: 'nina' },
        { change: 'person', userName: 'otto' },
        { change: 'group', group: 'legal', op: 'set', persons: ['otto'] },
      ],
    },
  });
  const source =
    'definition: slot\nfields: {}\ndocuments:\n  order: { required: true, accept: [pdf] }\nroute:\n  - approve: legal\n    by: { group: legal }\n';
  await api.ok('publishDefinition', { body: { source } });
  const pdf = (await api.ok('uploadDocument', { body: PDF })).body.id;
  const text = (await api.ok('uploadDocument', { body: Buffer.from('plain words') })).body.id;
  const file = (document: string, version = 1) => ({
    body: { definition: 'slot', requester: 'nina', documents: { order: [{ document, version }] } },
  });
  const made = await api.ok('createApprovalRequest', file(pdf));
  expect(made.body.revision.documents).toEqual({
    order: [{ document: pdf, version: 1, sha256: sha256(PDF) }],
  });
  const refused = async (document: string, version: number, code: string) => {
    const { problem } = await api.refused(
      'createApprovalRequest',
      'document-invalid',
      file(document, version),
    );
    expect(problem.errors).toEqual([expect.objectContaining({ field: 'documents.order[0]', code })]);
  };
  await refused(text, 1, 'wrong-type');
  await refused(pdf, 2, 'unknown-document');
  await refused('doc_018f0000-0000-7000-8000-000000000001', 1, 'unknown-document');
});

test('the name of a file goes with the request that it was filed with; the bytes stay', async () => {
  const headers = { 'countersign-file-name': encodeURIComponent('Krankschreibung Åsa Öberg.pdf') };
  const made = await api.ok('uploadDocument', { body: PDF, headers });
  const order = [{ document: made.body.id, version: 1 }];
  const request = await api.ok('createApprovalRequest', {
    body: { definition: 'slot', requester: 'nina', documents: { order } },
  });
  const { body } = await api.ok('createErasure', { body: { subject: request.body.id } });
  expect(body.items).toHaveLength(1);
  const params = { document: made.body.id, version: 1 };
  expect((await api.ok('getDocumentVersion', { params })).body.name).toBeNull();
  const back = await api.ok('downloadDocumentVersion', { params });
  expect(back.raw.equals(PDF)).toBe(true);
  expect(back.headers['content-disposition']).toContain(`${made.body.id}-1.pdf`);
  const again = { body: { definition: 'slot', requester: 'nina', documents: { order } } };
  const { problem } = await api.refused('createApprovalRequest', 'document-invalid', again);
  expect(problem.errors).toEqual([expect.objectContaining({ code: 'erased' })]);
});

const pdfs = fileURLToPath(new URL('../../../../../../shared/data/pdfs', import.meta.url));
const names = existsSync(pdfs) ? readdirSync(pdfs).filter((name) => name.endsWith('.pdf')) : [];

test.skipIf(names.length === 0)(
  'real PDF files, broken and encrypted ones too, come back to the bit',
  async () => {
    expect(names).toHaveLength(58);
    for (const name of names) {
      const bytes = readFileSync(path.join(pdfs, name));
      const made = await api.ok('uploadDocument', {
        body: bytes,
        headers: { 'countersign-file-name': encodeURIComponent(name) },
      });
      expect(made.body.versions[0]).toMatchObject({
        name,
        sha256: sha256(bytes),
        bytes: bytes.length,
        type: 'pdf',
      });
      const params = { document: made.body.id, version: 1 };
      expect((await api.ok('downloadDocumentVersion', { params })).raw.equals(bytes)).toBe(true);
    }
  },
  120_000,
);
