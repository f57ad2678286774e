import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';
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
    stopped: {
      type: String,
      placeholder: '<env_…>',
      description: 'Of a server that is stopped, or refuses to start: read its database directly',
    },
    data: { type: String, placeholder: '<dir>', description: 'With --stopped, as for start' },
    ...connectionFlags,
  },
  examples: ['countersign audit export -o audit.jsonl', 'countersign audit verify audit.jsonl'],
  async run({ flags, io, output }) {
    const file = flags.output === undefined ? undefined : writableFile(flags.output);
    const data =
      flags.stopped === undefined
        ? iterate((await connect(flags, io).exportAudit({ query: {}, signal: io.signal })).data)
        : await stopped(flags.stopped, flags.data, io);
    if (file === undefined) {
      await pipeline(Readable.from(data, { signal: io.signal, objectMode: false }), io.stdout, {
        end: false,
        signal: io.signal,
      });
      return undefined;
    }
    const bytes = await save(data, file, io);
    output.result({ file, bytes }, (paint) => `${paint.green('✓')} ${file}, ${size(bytes)}`);
    return undefined;
  },
});

/** Without the server: what the database holds, under the last checkpoint if it contradicts that. */
async function stopped(
  environment: string,
  data: string | undefined,
  io: Io,
): Promise<AsyncIterable<Uint8Array>> {
  const { exportStopped, readSettings, SettingsError } = await import('@countersign/server');
  try {
    const { settings } = readSettings({
      COUNTERSIGN_LOG_LEVEL: 'warn',
      ...io.env,
      ...(data === undefined ? {} : { COUNTERSIGN_DATA: data }),
    });
    return encoded(exportStopped({ settings, environment }));
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line);
}

export const saveExport = (data: ReadableStream<Uint8Array>, file: string, io: Io): Promise<number> =>
  save(iterate(data), file, io);

/** The file appears when it is whole: a broken download leaves none. Returns its bytes. */
async function save(data: AsyncIterable<Uint8Array>, file: string, io: Io): Promise<number> {
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
    const source = Readable.from(data, { signal: io.signal, objectMode: false });
    await pipeline(source, counted, createWriteStream(partial), { signal: io.signal });
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
