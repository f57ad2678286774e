import { fromBase64, isHashHex, utf8 } from '../bytes.ts';
import type { Json } from '../canonical/limits.ts';
import { LEAF_LIMITS } from '../canonical/limits.ts';
import { checkCanonical, parseCanonical } from '../canonical/parse.ts';
import { integerAt, scanInteger } from '../canonical/scan.ts';
import { LedgerError } from '../errors.ts';
import { type ScannedLeaf, scanDigest, scanLeaf } from '../leaf/scan.ts';
import type { SealContext } from '../sealed/model.ts';
import { isObject, isTextList, membersOf } from '../shape.ts';
import {
  EXPORT_FORMAT,
  type ExportHeader,
  type ExportItem,
  type ExportTrailer,
  MAX_LINE_BYTES,
} from './model.ts';

export type EntryLine = {
  readonly kind: 'entry';
  readonly seq: number;
  /** The leaf's exact bytes, cut from the line. */
  readonly bytes: Uint8Array;
  readonly leaf: ScannedLeaf;
  /** Where in `leaf.bytes` the leaf hash starts that the file claims: a scanned string in hex. */
  readonly hashAt: number;
};

export type ExportLine =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | EntryLine
  | { readonly kind: 'item'; readonly item: ExportItem }
  | { readonly kind: 'trailer'; readonly trailer: ExportTrailer };

const ENTRY = utf8('{"entry":');
const HASH = utf8(',"hash":');
const SEQ = utf8(',"seq":');
// One container around the leaf.
const LINE_LIMITS = { maxBytes: MAX_LINE_BYTES, maxDepth: LEAF_LIMITS.maxDepth + 1 };

/**
 * One line of an export, without its newline. The bytes come from an attacker: they must be canonical as a whole, and
 * of exactly one of four shapes. Throws `bad_line`, `bad_leaf` or a code of the canonical family.
 */
export function parseExportLine(line: Uint8Array): ExportLine {
  if (startsWith(line, ENTRY)) return entry(line);
  const value = parseCanonical(line, LINE_LIMITS);
  if (!isObject(value)) return bad('it is not an object');
  switch (Object.keys(value).join()) {
    case 'header':
      return { kind: 'header', header: header(value.header) };
    case 'item':
      return { kind: 'item', item: item(value.item) };
    case 'trailer':
      return { kind: 'trailer', trailer: trailer(value.trailer) };
    default:
      return bad('it is none of header, entry, item and trailer');
  }
}

/** `{"entry":` leaf `,"hash":"` digest `","seq":` number `}`: canonical, and with the leaf's bytes in one piece. */
function entry(line: Uint8Array): EntryLine {
  if (line.length > LINE_LIMITS.maxBytes) throw new LedgerError('line_too_long', 'the line is too long');
  try {
    const leaf = scanLeaf(line, ENTRY.length);
    if (!startsWith(line, HASH, leaf.end)) bad('a hash follows a leaf');
    const hashAt = leaf.end + HASH.length;
    const hashEnd = scanDigest(line, hashAt);
    if (!startsWith(line, SEQ, hashEnd)) bad('a seq follows a hash');
    const seqAt = hashEnd + SEQ.length;
    const end = scanInteger(line, seqAt);
    if (line[seqAt] === 0x2d || line[end] !== 0x7d || end !== line.length - 1) bad('a seq ends the line');
    const seq = integerAt(line, seqAt, end);
    return { kind: 'entry', seq, bytes: line.subarray(ENTRY.length, leaf.end), leaf, hashAt };
  } catch (error) {
    // Of two true reasons the better one: what is not canonical is called so.
    if (error instanceof LedgerError) checkCanonical(line, LINE_LIMITS);
    throw error;
  }
}

function header(value: Json | undefined): ExportHeader {
  const names = 'after,before,checkpoint,engine,environment,format,key,origin,range';
  const members = membersOf(value, names) ?? bad(`a header has the members ${names}`);
  const { after, before, checkpoint, engine, environment, format, key, origin } = members;
  if (format !== EXPORT_FORMAT) return bad(`this reader knows the format ${EXPORT_FORMAT} only`);
  const range = membersOf(members.range, 'first,last');
  const first = range?.first;
  const last = range?.last;
  if (!isCount(first) || !isCount(last) || first < 1 || last < first - 1) return bad('the range is not one');
  if (!isTextList(before) || !isTextList(after) || ![...before, ...after].every(isHashHex)) {
    return bad('before and after are lists of hashes');
  }
  if (typeof checkpoint !== 'string' || typeof key !== 'string' || !isCount(engine)) {
    return bad('checkpoint, key and engine are two texts and a number');
  }
  if (typeof environment !== 'string' || typeof origin !== 'string') {
    return bad('environment and origin are texts');
  }
  return { after, before, checkpoint, engine, environment, origin, range: { first, last }, key };
}

function item(value: Json | undefined): ExportItem {
  const { ciphertext, context, key, nonce } =
    membersOf(value, 'ciphertext,context,key,nonce') ?? bad('an item has ciphertext, context, key and nonce');
  if (typeof ciphertext !== 'string' || typeof key !== 'string' || typeof nonce !== 'string') {
    return bad('ciphertext, key and nonce are base64');
  }
  return {
    value: { context: sealContext(context), nonce: fromBase64(nonce), ciphertext: fromBase64(ciphertext) },
    itemKey: fromBase64(key),
  };
}

function sealContext(value: Json | undefined): SealContext {
  const names = 'environment,item,name,owner,stream';
  const { environment, item, name, owner, stream } = membersOf(value, names) ?? {};
  if (
    typeof environment !== 'string' ||
    typeof item !== 'string' ||
    typeof name !== 'string' ||
    typeof owner !== 'string' ||
    typeof stream !== 'string'
  ) {
    return bad(`the context of an item has the members ${names}`);
  }
  return { environment, stream, item, owner, name };
}

function trailer(value: Json | undefined): ExportTrailer {
  const { entries, header, items } =
    membersOf(value, 'entries,header,items') ?? bad('a trailer has entries, header and items');
  if (!isCount(entries) || !isCount(items) || !isHashHex(header)) {
    return bad('a trailer has two numbers and a hash');
  }
  return { entries, items, header };
}

function startsWith(line: Uint8Array, expected: Uint8Array, at = 0): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (line[at + i] !== expected[i]) return false;
  }
  return true;
}

const isCount = (value: Json | undefined): value is number => typeof value === 'number' && value >= 0;

function bad(why: string): never {
  throw new LedgerError('bad_line', `not a line of an export: ${why}`);
}
