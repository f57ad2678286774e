import { readFileSync } from 'node:fs';
import { UsageError } from './errors.ts';

/** Definitions are at most 256 Ki characters; nothing that this reads as a whole is larger. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A text file as a whole. UTF-8; anything else is refused rather than mended. */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  if (bytes.length > MOST_BYTES) throw new UsageError(`${file} is larger than ${MOST_BYTES} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${file} is not a text in UTF-8.`, { cause });
  }
}

export const formatOf = (file: string): 'yaml' | 'json' => (file.endsWith('.json') ? 'json' : 'yaml');
