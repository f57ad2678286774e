import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { writableFile } from '../kit/files.ts';
import type { Io } from '../kit/io.ts';
import { progress } from '../kit/progress.ts';

export const auditExport = command({
  name: 'audit export',
  summary: 'Download the log for offline verification',
  about: 'JSON Lines: a header, the entries in order, a trailer. Without -o it goes to standard output.',
  stoppable: true,
  flags: {
    output: { type: String, alias: 'o', placeholder: '<file>', description: 'Write to this file' },
    ...connectionFlags,
  },
  examples: ['countersign audit export -o audit.jsonl', 'countersign audit verify audit.jsonl'],
  async run({ flags, io, output }) {
    const file = flags.output === undefined ? undefined : writableFile(flags.output);
    const { data } = await connect(flags, io).exportAudit({ query: {}, signal: io.signal });
    if (file === undefined) {
      await pipeline(bytesOf(data, io), io.stdout, { end: false, signal: io.signal });
      return undefined;
    }
    const bytes = await saveExport(data, file, io);
    output.result({ file, bytes }, (paint) => `${paint.green('✓')} ${file}, ${size(bytes)}`);
    return undefined;
  },
});

/** The file appears when it is whole: a broken download leaves none. Returns its bytes. */
export async function saveExport(data: ReadableStream<Uint8Array>, file: string, io: Io): Promise<number> {
  const partial = `${file}.partial`;
  const shown = progress(io);
  let bytes = 0;
  try {
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        shown.at(() => `Exporting … ${size(bytes)}`);
        yield chunk;
      }
    };
    await pipeline(bytesOf(data, io), counted, createWriteStream(partial), { signal: io.signal });
    await rename(partial, file);
    return bytes;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    shown.end();
  }
}

export const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const bytesOf = (data: ReadableStream<Uint8Array>, io: Io): Readable =>
  Readable.from(iterate(data), { signal: io.signal, objectMode: false });

async function* iterate(data: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = data.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
