import { createHash } from 'node:crypto';
import type { AnswerOf } from '@countersign/contract';
import { BlobError, type StoredBlob } from '../../blobs/index.ts';
import { SEAL_ENTROPY_BYTES } from '../../engine/seal/index.ts';
import type { Call, Reply } from '../../http/call.ts';
import { type actorOf, type ChangeReply, change, idsOf } from '../../http/change.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { type DocumentEvent, type DocumentState, documentFold, shortType } from './documents.model.ts';
import { type DocumentDeps, type DocumentRow, findDocument, uploadersOf } from './documents.queries.ts';

type Upload = Call<'uploadDocument'> | Call<'uploadDocumentVersion'>;
export type Served = AnswerOf<'getDocument'>[200];

/**
 * Bytes first, then their entry: a crash in between leaves a blob without a name, which nobody can reach, and never a name
 * without its bytes.
 */
export async function upload(deps: DocumentDeps, call: Upload): Promise<Reply> {
  const { environment } = call.principal;
  if (call.stream === null) throw new ProblemError('unsupported-media-type');
  const name = fileName(call.headers['countersign-file-name']);
  const announced = announcedDigest(call.headers['content-digest']);
  const known =
    call.id === 'uploadDocumentVersion' ? (call as Call<'uploadDocumentVersion'>).params.document : null;
  if (known !== null && (await findDocument(deps.reader, environment, known)) === null)
    throw notFound('document');
  const blob = await keep(deps, call, environment);
  if (announced !== null && announced !== blob.sha256) {
    throw new ProblemError('upload-mismatch', {
      detail: `The bytes have SHA-256 ${blob.sha256}, not the one in Content-Digest.`,
      data: { sha256: blob.sha256 },
    });
  }
  // The key of an upload is bound to its bytes, which only now are known.
  const requestDigest = createHash('sha256').update(call.requestDigest).update(blob.sha256).digest();
  const ids = await idsOf(deps.engine, call);
  const document = known ?? ids.id('doc');
  const sealed =
    name === null
      ? null
      : await deps.sealer.sealValue({
          environment,
          owner: document,
          stream: document,
          item: ids.id('itm'),
          name: 'name',
          value: name,
          entropy: ids.bytes(SEAL_ENTROPY_BYTES),
        });
  const reply = await change<DocumentState, DocumentEvent>(
    deps.engine,
    { ...call, requestDigest },
    {
      stream: document,
      kind: 'document',
      fold: documentFold,
      ids,
      command: { type: 'upload', data: { type: 'upload', document, sha256: blob.sha256 } },
      decide(state) {
        if (known === null && state !== null) throw new ProblemError('already-exists');
        const { sha256, size, type } = blob;
        return [
          {
            type: 'document.uploaded',
            document,
            version: (state?.versions.length ?? 0) + 1,
            sha256,
            bytes: size,
            mediaType: type,
            name: sealed?.reference ?? null,
          },
        ];
      },
      project: ({ before, after }) => {
        const made = after.versions.at(-1);
        if (!made) throw new Error('an upload without a version');
        const { version, sha256, bytes, mediaType } = made;
        return {
          sealed: sealed ? [sealed.row] : [],
          writes: {
            ...(before === null ? { document: [{ document }] } : {}),
            document_version: [
              { document, version, sha256, size: bytes, media_type: mediaType, file_name: made.name },
            ],
          },
        };
      },
      answer: ({ after }) => ({ status: 201, body: { id: after.document } }),
    },
  );
  return finish(deps, environment, reply);
}

async function keep(deps: DocumentDeps, call: Upload, environment: string): Promise<StoredBlob> {
  try {
    return await deps.blobs
      .of(environment)
      .put(call.stream as AsyncIterable<Uint8Array>, { limit: deps.uploadLimit });
  } catch (error) {
    if (error instanceof BlobError && error.code === 'blob-too-large') {
      throw new ProblemError('body-too-large', {
        detail: `A document has at most ${deps.uploadLimit} bytes.`,
        data: { limit: deps.uploadLimit },
      });
    }
    if (
      error instanceof Error &&
      'code' in error &&
      ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))
    ) {
      throw new ProblemError('upload-mismatch', {
        detail: 'The upload was cut off; nothing of it was kept.',
      });
    }
    throw error;
  }
}

/** Percent-encoded UTF-8; a path in it is not believed. */
function fileName(header: string | undefined): string | null {
  if (header === undefined) return null;
  const invalid = (message: string): ProblemError =>
    new ProblemError('validation-failed', {
      errors: [{ field: 'Countersign-File-Name', code: 'invalid', message }],
    });
  let name: string;
  try {
    name = decodeURIComponent(header);
  } catch (error) {
    if (error instanceof URIError) throw invalid('This is not percent-encoded UTF-8.');
    throw error;
  }
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (last === '' || last.length > 255 || /[\u0000-\u001f\u007f]/.test(last))
    throw invalid('A file name has 1 to 255 characters, and no control characters.');
  return last;
}

/** RFC 9530: `sha-256=:<base64>:`. Other algorithms are passed over, as it says. */
function announcedDigest(header: string | undefined): string | null {
  const found = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header ?? '')?.[1];
  if (found !== undefined) return Buffer.from(found, 'base64').toString('hex');
  if (header === undefined || !/(^|,)\s*sha-256=/.test(header)) return null;
  throw new ProblemError('validation-failed', {
    errors: [{ field: 'Content-Digest', code: 'wrong-format', message: 'Send sha-256=:<base64>:.' }],
  });
}

/** What is stored is the id; names are opened on the way out. */
async function finish(deps: DocumentDeps, environment: string, reply: ChangeReply): Promise<Reply> {
  if (reply.status >= 400 || reply.text === undefined) return reply;
  const { id }: { id: string } = JSON.parse(reply.text);
  const { text: _, mediaType: _type, replayed: _replayed, ...rest } = reply;
  const seq = Number(reply.headers?.['Countersign-Seq']);
  return { ...rest, body: await presentDocument(deps, environment, id, seq) };
}

/** As of one entry, so that a repetition is answered with what the first call made. */
export async function presentDocument(
  deps: DocumentDeps,
  environment: string,
  id: string,
  upTo: number | null,
): Promise<Served> {
  const rows = await findDocument(deps.reader, environment, id);
  if (rows === null) throw notFound('document');
  const shown = rows.filter((row) => upTo === null || row.seq <= upTo);
  const names = await deps.sealer.openValues(
    environment,
    shown.flatMap((row) => (row.name === null ? [] : [row.name])),
  );
  const uploaders = await uploadersOf(deps.reader, environment, shown);
  return { id, versions: shown.map((row) => presentVersion(row, uploaders.get(row.seq), names)) };
}

type Names = Awaited<ReturnType<DocumentDeps['sealer']['openValues']>>;

export function presentVersion(
  row: DocumentRow,
  uploadedBy: ReturnType<typeof actorOf> | undefined,
  names: Names,
): Served['versions'][number] {
  const opened = row.name === null ? undefined : names.get(row.name.sealed);
  if (!uploadedBy) throw new Error(`entry ${row.seq} of ${row.document} has no actor`);
  return {
    version: row.version,
    sha256: row.sha256,
    bytes: row.bytes,
    mediaType: row.mediaType,
    type: shortType(row.mediaType),
    name: opened?.state === 'open' && typeof opened.value === 'string' ? opened.value : null,
    uploadedBy,
    uploadedAt: row.uploadedAt.toISOString(),
  };
}
