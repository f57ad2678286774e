import { sha256 } from '#sha256';
import { fromUtf8, toBase64, toHex, utf8 } from '../bytes.ts';
import { canonicalText } from '../canonical/encode.ts';
import { LedgerError } from '../errors.ts';
import { leafHash } from '../merkle/hash.ts';
import { EXPORT_FORMAT, type ExportEntry, type ExportHeader, type ExportItem } from './model.ts';

/**
 * An export, line by line, each with its newline. It streams: nothing is held but the current entry.
 *
 * A log is shown as it is stored, even if leaves in it are broken or entries are missing: an export that refused a
 * tampered log would hide it. Only what would corrupt the lines is refused: `not_utf8`, or `bad_line` for a line break
 * in a leaf, or for a `seq` that goes back or leaves the range.
 */
export async function* writeExport(
  header: ExportHeader,
  entries: AsyncIterable<ExportEntry> | Iterable<ExportEntry>,
): AsyncGenerator<string, void, undefined> {
  const headerLine = canonicalText({ header: { ...header, format: EXPORT_FORMAT } });
  yield `${headerLine}\n`;
  let due = header.range.first;
  let count = 0;
  let items = 0;
  for await (const entry of entries) {
    const { seq } = entry;
    if (seq < due || seq > header.range.last)
      throw new LedgerError('bad_line', `entry ${seq} came where ${due} was due`);
    yield entryLine(entry);
    for (const item of entry.items ?? []) {
      yield itemLine(item);
      items++;
    }
    due = seq + 1;
    count++;
  }
  const trailer = { entries: count, header: toHex(sha256(utf8(headerLine))), items };
  yield `${canonicalText({ trailer })}\n`;
}

/**
 * The leaf stands in the line as it is. RFC 8785 composes: a value's canonical text inside a canonical text is the
 * same, so the line can be read by any JSON tool and the leaf's exact bytes can be cut out of it.
 */
function entryLine({ seq, leaf, hash }: ExportEntry): string {
  const text = fromUtf8(leaf);
  if (/[\r\n]/.test(text)) throw new LedgerError('bad_line', `entry ${seq} holds a line break`);
  return `{"entry":${text},"hash":"${toHex(hash ?? leafHash(leaf))}","seq":${seq}}\n`;
}

function itemLine({ value, itemKey }: ExportItem): string {
  const { environment, stream, item, owner, name } = value.context;
  const line = {
    item: {
      ciphertext: toBase64(value.ciphertext),
      context: { environment, stream, item, owner, name },
      key: toBase64(itemKey),
      nonce: toBase64(value.nonce),
    },
  };
  return `${canonicalText(line)}\n`;
}
