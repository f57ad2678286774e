import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './errors.ts';

/** Definitions are at most 256 Ki characters; nothing that this reads as a whole is larger. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The same name, if a file can be read there: Node's own error for a directory does not say which. */
export function aFile(file: string): string {
  if (statSync(file).isDirectory()) throw new UsageError(`${file} is a directory, not a file.`);
  return file;
}

/** Refused before the work, where a file could not be written after it. */
export function writableFile(file: string): string {
  const directory = path.dirname(file);
  if (!existsSync(directory)) throw new UsageError(`There is no directory ${directory} to write to.`);
  return existsSync(file) ? aFile(file) : file;
}

/** A text file as a whole. UTF-8; anything else is refused rather than mended. */
export function readText(file: string): string {
  const bytes = readFileSync(aFile(file));
  if (bytes.length > MOST_BYTES) throw new UsageError(`${file} is larger than ${MOST_BYTES} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${file} is not a text in UTF-8.`, { cause });
  }
}

export const formatOf = (file: string): 'yaml' | 'json' => (file.endsWith('.json') ? 'json' : 'yaml');
