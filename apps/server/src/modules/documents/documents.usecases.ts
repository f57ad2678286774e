import { BlobError, type StoredBlob } from '../../blobs/index.ts';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Ids } from '../../engine/ids.ts';
import { OwnerErased, SEAL_ENTROPY_BYTES } from '../../engine/seal/index.ts';
import type { Call, Reply } from '../../http/call.ts';
import { actorOf, answeredBefore, type ChangeReply, change, idsOf } from '../../http/change.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { type Announced, announcedIn, checkedBytes, empty, fileNameIn, hashOf } from './documents.content.ts';
import { type DocumentEvent, type DocumentState, documentFold } from './documents.model.ts';
import type { DocumentDeps } from './documents.ports.ts';
import { present } from './documents.present.ts';

type UploadCall = Call<'uploadDocument'> | Call<'uploadDocumentVersion'>;

/**
 * Bytes first, fsynced, then the entry: an entry never names bytes that are not there. What is cut off or is not what
 * was announced leaves nothing. Bytes whose entry is refused stay unnamed: to remove them could take them from
 * another upload of the same bytes that is being recorded in another process.
 * @param document null: a new one
 */
export async function upload(deps: DocumentDeps, call: UploadCall, document: string | null): Promise<Reply> {
  const { stream } = call;
  try {
    if (stream === null) throw empty();
    const { environment } = call.principal;
    const name = fileNameIn(call.headers['countersign-file-name']);
    const announced = announcedIn(call.headers['content-digest']);
    const before = await answeredBefore(deps.engine, call);
    if (before !== null) {
      if (before.status < 400) refuseOther(before, await hashOf(stream, announced));
      return finish(deps, environment, before);
    }
    if (document !== null) await assertThere(deps, environment, document);
    const ids = await idsOf(deps.engine, call);
    const id = document ?? ids.id('doc');
    const blob = await keep(deps, environment, call, announced);
    const reply = await record(deps, call, { document: id, isNew: document === null, name, blob, ids });
    if (reply.replayed && reply.status < 400) refuseOther(reply, blob.sha256);
    return await finish(deps, environment, reply);
  } catch (error) {
    // What is still on its way is read to nowhere, or the answer would wait behind it.
    stream?.resume();
    throw error;
  }
}

async function keep(
  { blobs, uploadLimit: limit }: DocumentDeps,
  environment: string,
  { stream }: UploadCall,
  announced: Announced,
): Promise<StoredBlob> {
  if (stream === null) throw empty();
  try {
    return await blobs.of(environment).put(checkedBytes(stream, announced), { limit });
  } catch (error) {
    if (!(error instanceof BlobError) || error.code !== 'blob-too-large') throw error;
    throw new ProblemError('body-too-large', {
      detail: `A document may have ${limit} bytes here.`,
      data: { limit },
    });
  }
}

type Recorded = {
  readonly document: string;
  readonly isNew: boolean;
  readonly name: string | null;
  readonly blob: StoredBlob;
  readonly ids: Ids;
};

async function record(deps: DocumentDeps, call: UploadCall, made: Recorded): Promise<ChangeReply> {
  const { document, isNew, blob, ids } = made;
  const sealed = await sealName(deps, call.principal.environment, made);
  const content = {
    sha256: blob.sha256,
    size: blob.size,
    mediaType: blob.type,
    name: sealed?.reference ?? null,
  };
  const by = actorOf(call.principal, call.actFor);
  return change<DocumentState, DocumentEvent>(deps.engine, call, {
    stream: document,
    kind: 'document',
    fold: documentFold,
    ids,
    command: { type: isNew ? 'uploadDocument' : 'uploadDocumentVersion', data: { document, ...content } },
    decide(state) {
      if (!isNew && state === null) throw notFound('document');
      const version = (state?.versions.length ?? 0) + 1;
      return [{ type: 'document.uploaded', document, version, ...content, by }];
    },
    project: ({ version }) => ({
      sealed: sealed === null ? [] : [sealed.row],
      writes: {
        ...(isNew ? { document: [{ document }] } : {}),
        document_version: [
          {
            document,
            version,
            sha256: blob.sha256,
            size: blob.size,
            media_type: blob.type,
            file_name: content.name,
          },
        ],
      },
    }),
    answer: ({ after }) => ({ status: 201, body: after }),
  });
}

async function sealName(
  { sealer }: DocumentDeps,
  environment: string,
  { document, name, ids }: Recorded,
): Promise<{ readonly reference: NonNullable<DocumentEvent['name']>; readonly row: SealedRow } | null> {
  if (name === null) return null;
  const item = { environment, owner: document, stream: document, item: ids.id('itm'), name: 'fileName' };
  try {
    return await sealer.sealValue({ ...item, value: name, entropy: ids.bytes(SEAL_ENTROPY_BYTES) });
  } catch (error) {
    if (error instanceof OwnerErased) throw notFound('document');
    throw error;
  }
}

async function assertThere({ engine }: DocumentDeps, environment: string, document: string): Promise<void> {
  const id = { environment, kind: 'document', stream: document } as const;
  const { state } = await engine.stream<DocumentState, DocumentEvent>(id, documentFold);
  if (state === null) throw notFound('document');
}

/** The digest of a streamed request covers length and name only; the bytes are compared here. */
function refuseOther(reply: ChangeReply, sha256: string): void {
  const stored: DocumentState = JSON.parse(reply.text ?? '');
  if (stored.versions.at(-1)?.sha256 === sha256) return;
  throw new ProblemError('idempotency-key-reused', {
    detail: 'This key was used for an upload of other bytes.',
    data: { document: stored.document },
  });
}

async function finish({ sealer }: DocumentDeps, environment: string, reply: ChangeReply): Promise<Reply> {
  const { replayed: _, text, mediaType, ...rest } = reply;
  if (reply.status >= 400 || text === undefined) return reply;
  const state: DocumentState = JSON.parse(text);
  return { ...rest, body: await present(sealer, environment, state) };
}
