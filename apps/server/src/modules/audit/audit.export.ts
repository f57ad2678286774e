import { Readable } from 'node:stream';
import { ENGINE } from '@countersign/core';
import {
  type ExportEntry,
  type ExportHeader,
  LedgerError,
  proveRange,
  TILE_WIDTH,
  toHex,
  writeExport,
} from '@countersign/ledger';
import type { Reading } from '../../db/read.ts';
import { readEntries } from '../../engine/readers/index.ts';
import {
  type Checkpoints,
  LogContradicted,
  LogCutShort,
  type SignedCheckpoint,
  tileReader,
} from '../../engine/tree/index.ts';
import type { Call, Reply } from '../../http/call.ts';
import type { AuditDeps } from './audit.ports.ts';

const PAGE_ROWS = 500;
const PAGE_BYTES = 1 << 20;
/** Lines are gathered into pieces of this size: a write to the socket for each would cost more than the line. */
const CHUNK = 64 << 10;

export async function exportAudit(deps: AuditDeps, call: Call<'exportAudit'>): Promise<Reply> {
  const lines = await exportLines(deps, call.principal.environment, call.query.after);
  return { status: 200, stream: Readable.from(chunks(lines)), mediaType: 'application/jsonl' };
}

/**
 * The log after `after` as it stood at a checkpoint that is signed now. Holds one page of entries at a time; what is
 * committed meanwhile is not in it.
 */
export async function exportLines(
  { reader, checkpoints }: AuditDeps,
  environment: string,
  after: number,
): Promise<AsyncGenerator<string, void, undefined>> {
  const { origin, size, note, verifierKey } = await checkpointFor(checkpoints, environment);
  const read = reader.readAs(environment);
  const begin = Math.min(after, size);
  const beside = await proveRange(tileReader(read, environment), begin, size, size);
  const header: ExportHeader = {
    before: beside.before.map(toHex),
    after: beside.after.map(toHex),
    checkpoint: note,
    // There has been one engine so far; with a second one, the highest of the range is to be asked of the log.
    engine: begin === size ? 0 : ENGINE,
    environment,
    origin,
    range: { first: begin + 1, last: size },
    key: verifierKey,
  };
  return writeExport(header, entries(read, environment, begin, size));
}

/**
 * Over a log that contradicts what was signed, nothing is signed again: it is shown under the last checkpoint that
 * was, and the verifier says what happened to it.
 */
async function checkpointFor(checkpoints: Checkpoints, environment: string): Promise<SignedCheckpoint> {
  try {
    return await checkpoints.atHead(environment);
  } catch (error) {
    const contradicted =
      error instanceof LogContradicted || error instanceof LogCutShort || error instanceof LedgerError;
    const last = contradicted ? await checkpoints.lastSigned(environment) : null;
    if (last === null) throw error;
    return last;
  }
}

/** Leaves as they are stored, hashes as the tree has them: so a verifier can name an entry that was changed since. */
async function* entries(
  read: Reading,
  environment: string,
  after: number,
  to: number,
): AsyncGenerator<ExportEntry, void, undefined> {
  const tiles = tileReader(read, environment);
  let tile: { index: number; hashes: Uint8Array } = { index: -1, hashes: new Uint8Array(0) };
  for (let at = after; at < to; ) {
    const page = await readEntries(read, environment, { after: at, to, rows: PAGE_ROWS, bytes: PAGE_BYTES });
    if (page.length === 0) return;
    for (const { seq, leaf } of page) {
      const index = Math.floor((seq - 1) / TILE_WIDTH);
      if (tile.index !== index) {
        tile = { index, hashes: await tiles({ level: 0, index, width: TILE_WIDTH }) };
      }
      const start = ((seq - 1) % TILE_WIDTH) * 32;
      const hash = tile.hashes.subarray(start, start + 32);
      // What the tree has lost it cannot say.
      yield { seq, leaf, hash: hash.length === 32 ? hash : undefined };
      at = seq;
    }
  }
}

async function* chunks(lines: AsyncIterable<string>): AsyncGenerator<Buffer, void, undefined> {
  let gathered: string[] = [];
  let length = 0;
  for await (const line of lines) {
    gathered.push(line);
    length += line.length;
    if (length < CHUNK) continue;
    yield Buffer.from(gathered.join(''));
    gathered = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(gathered.join(''));
}
