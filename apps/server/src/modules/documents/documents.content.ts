import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ProblemError } from '../../http/problem.ts';

/** Digests that the caller announced, by algorithm. */
export type Announced = { readonly [algorithm in 'sha256' | 'sha512']?: Buffer };

/**
 * The body's bytes, held to what was announced: whoever keeps them gets an error at their end if they are others, or
 * none. The stream is left as it is when reading ends early, so that the refusal can still be sent.
 */
export async function* checkedBytes(stream: Readable, announced: Announced): AsyncGenerator<Uint8Array> {
  const hashes = (['sha256', 'sha512'] as const).flatMap((algorithm) => {
    const expected = announced[algorithm];
    return expected === undefined ? [] : [{ hash: createHash(algorithm), expected }];
  });
  let size = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const bytes: Uint8Array = chunk;
    size += bytes.byteLength;
    for (const { hash } of hashes) hash.update(bytes);
    yield bytes;
  }
  if (size === 0) throw empty();
  if (hashes.every(({ hash, expected }) => hash.digest().equals(expected))) return;
  throw new ProblemError('upload-mismatch', {
    detail: 'The bytes that arrived do not have the digest that Content-Digest announces.',
    errors: [{ field: 'Content-Digest', code: 'mismatch', message: 'Not the digest of these bytes.' }],
  });
}

export const empty = (): ProblemError =>
  new ProblemError('validation-failed', {
    detail: 'The file is empty.',
    errors: [{ field: 'body', code: 'empty', message: 'Send at least one byte.' }],
  });

/** Hex SHA-256 of what the stream still holds; nothing is kept. */
export async function hashOf(stream: Readable, announced: Announced): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of checkedBytes(stream, announced)) hash.update(bytes);
  return hash.digest('hex');
}

/** RFC 9530: a dictionary of byte sequences (RFC 8941), such as `sha-256=:…:, sha-512=:…:`. */
export function announcedIn(header: string | undefined): Announced {
  if (header === undefined) return {};
  const found: { -readonly [K in keyof Announced]: Announced[K] } = {};
  for (const member of header.split(',')) {
    const match = /^\s*([a-z0-9-]+)=:([A-Za-z0-9+/]*={0,2}):\s*$/.exec(member);
    if (match === null) throw badDigest('Send `sha-256=:<base64>:` (RFC 9530).');
    const bytes = Buffer.from(match[2] ?? '', 'base64');
    if (match[1] === 'sha-256') found.sha256 = bytes;
    if (match[1] === 'sha-512') found.sha512 = bytes;
  }
  if (found.sha256 === undefined && found.sha512 === undefined)
    throw badDigest('Only sha-256 and sha-512 are compared here; send one of them.');
  return found;
}

const badDigest = (message: string): ProblemError =>
  new ProblemError('validation-failed', {
    detail: message,
    errors: [{ field: 'Content-Digest', code: 'wrong-format', message }],
  });

/** The file name as it was meant; null where none was given. */
export function fileNameIn(header: string | undefined): string | null {
  if (header === undefined) return null;
  const name = decoded(header);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (name?.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(name)) return name;
  const message = 'Send the name in UTF-8, percent-encoded, without control characters.';
  throw new ProblemError('validation-failed', {
    detail: message,
    errors: [{ field: 'Countersign-File-Name', code: 'wrong-format', message }],
  });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** RFC 6266 with the extended notation of RFC 8187: always a download, never shown in the browser. */
export function disposition(name: string): string {
  const last = name.split(/[/\\]/).at(-1) || 'document';
  const plain = last.replace(/[^A-Za-z0-9._ -]/g, '_');
  const extended = encodeURIComponent(last).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}
