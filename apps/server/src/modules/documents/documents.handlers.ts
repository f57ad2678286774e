import type { AnswerOf } from '@countersign/contract';
import { BlobError } from '../../blobs/index.ts';
import type { Handlers } from '../../http/call.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { disposition } from './documents.content.ts';
import type { DocumentState, Version } from './documents.model.ts';
import type { DocumentDeps } from './documents.ports.ts';
import { openNames, present } from './documents.present.ts';
import { typeName } from './documents.types.ts';
import { upload } from './documents.usecases.ts';

type DocumentHandlers = Pick<
  Handlers,
  | 'uploadDocument'
  | 'uploadDocumentVersion'
  | 'getDocument'
  | 'getDocumentVersion'
  | 'downloadDocumentVersion'
>;

export function documentHandlers(deps: DocumentDeps): DocumentHandlers {
  const { reader, sealer, blobs, keys } = deps;

  /** As committed; another process may have written last. */
  async function find(environment: string, document: string): Promise<DocumentState> {
    const rows = await reader.readAs(environment).query<{ state: DocumentState }>(
      `select state from countersign.stream
        where environment_id = $1 and stream_id = $2 and kind = 'document'`,
      [environment, document],
    );
    if (rows[0] === undefined) throw notFound('document');
    return rows[0].state;
  }

  async function versionOf(environment: string, document: string, version: number): Promise<Version> {
    const { versions } = await find(environment, document);
    const found = versions.find((each) => each.version === version);
    if (found === undefined) throw notFound('version of this document');
    return found;
  }

  async function bytesOf(environment: string, document: string, sha256: string) {
    try {
      return await blobs.of(environment).open(sha256);
    } catch (error) {
      // Erasing a request takes the names of its files; the bytes are evidence, and stay until their retention ends.
      if (!(error instanceof BlobError) || !keys.isErased(environment, document)) throw error;
      throw new ProblemError('erased', { detail: `${document} was erased.` });
    }
  }

  return {
    uploadDocument: (call) => upload(deps, call, null),
    uploadDocumentVersion: (call) => upload(deps, call, call.params.document),

    async getDocument({ principal: { environment }, params }) {
      const body = await present(sealer, environment, await find(environment, params.document));
      return { status: 200, body };
    },

    async getDocumentVersion({ principal: { environment }, params }) {
      const version = await versionOf(environment, params.document, params.version);
      const one = { document: params.document, versions: [version] };
      const [body] = (await present(sealer, environment, one)).versions;
      const answer: AnswerOf<'getDocumentVersion'>[200] | undefined = body;
      return { status: 200, body: answer };
    },

    /** The bytes as they came. A browser must neither show nor run what a stranger uploaded. */
    async downloadDocumentVersion({ principal: { environment }, params }) {
      const version = await versionOf(environment, params.document, params.version);
      const stream = await bytesOf(environment, params.document, version.sha256);
      const names = await openNames(sealer, environment, [version]);
      const extension = typeName(version.mediaType) ?? 'bin';
      const name = names.get(version.version) ?? `${params.document}-${version.version}.${extension}`;
      return {
        status: 200,
        stream,
        mediaType: version.mediaType,
        headers: {
          'Content-Length': version.size,
          'Content-Digest': `sha-256=:${Buffer.from(version.sha256, 'hex').toString('base64')}:`,
          'Content-Disposition': disposition(name),
          'X-Content-Type-Options': 'nosniff',
          'Content-Security-Policy': "default-src 'none'; sandbox",
          'Cache-Control': 'private, no-store',
        },
      };
    },
  };
}
