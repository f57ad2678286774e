import { LedgerError } from '../errors.ts';

/**
 * One character beyond ASCII, by the table of RFC 3629 §4: no overlong form, no surrogate, nothing above U+10FFFF.
 * Returns the index of its last byte.
 */
export function scanUtf8(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (lead >= 0xc2 && lead <= 0xdf && isTail(second)) return at + 1;
  if (lead >= 0xe0 && lead <= 0xef && second >= (lead === 0xe0 ? 0xa0 : 0x80)) {
    if (second <= (lead === 0xed ? 0x9f : 0xbf) && isTail(bytes[at + 2])) return at + 2;
  }
  if (lead >= 0xf0 && lead <= 0xf4 && second >= (lead === 0xf0 ? 0x90 : 0x80)) {
    const tails = isTail(bytes[at + 2]) && isTail(bytes[at + 3]);
    if (second <= (lead === 0xf4 ? 0x8f : 0xbf) && tails) return at + 3;
  }
  throw new LedgerError('not_utf8', `the bytes at ${at} are not UTF-8`);
}

const isTail = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x80 && byte <= 0xbf;
