import { createHash } from 'node:crypto';

/**
 * The id of a command that the system gives, derived from what causes it: given again, it is the same command, and
 * the log takes it once (ENGINE 5). A UUID of version 8 (RFC 9562 5.8).
 */
export function commandIdOf(...cause: readonly (string | number)[]): string {
  // Each part with its length: no two causes give one input.
  const input = cause.map((part) => `${String(part).length}:${part}`).join('');
  const bytes = createHash('sha256').update(input).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `cmd_${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
