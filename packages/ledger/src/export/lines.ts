import { concat } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { MAX_LINE_BYTES } from './model.ts';

const NEWLINE = 0x0a;

/**
 * The lines of a byte stream, without their newlines. Lines are views of the chunks, which their source must not use
 * again. Holds at most one line and one chunk.
 * Throws `line_too_long`, and `truncated` where the last line has no newline.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Uint8Array, void, undefined> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const given of chunks) {
    // Plain: views of Node's buffers are buffers, which take longer to make and to read.
    const chunk = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      checkLength(pendingBytes + end - start, maxLineBytes);
      const tail = chunk.subarray(start, end);
      yield pending.length === 0 ? tail : concat(...pending, tail);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
      checkLength(pendingBytes, maxLineBytes);
    }
  }
  if (pendingBytes > 0)
    throw new LedgerError('truncated', 'the last line has no newline: the file was cut off');
}

function checkLength(bytes: number, most: number): void {
  if (bytes > most) throw new LedgerError('line_too_long', `a line has more than ${most} bytes`);
}
