import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

export async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

export const removeIfThere = (file: string): Promise<void> => fs.rm(file, { force: true });

/** A name is durable only once its directory is: fsync(2). */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAside(file: string, bytes: Uint8Array): Promise<string> {
  const aside = `${file}.${randomUUID()}`;
  const handle = await fs.open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    // On a full disk this comes again and again; what it left would fill the directory.
    await fs.unlink(aside);
    throw error;
  } finally {
    await handle.close();
  }
  return aside;
}

async function ensureDirectory(directory: string): Promise<void> {
  const made = await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  // Each new directory is a name in the one above it.
  for (let at = directory; made !== undefined && at.length >= made.length; at = path.dirname(at)) {
    await syncDirectory(path.dirname(at));
  }
}

/**
 * Writes a file that must not exist yet, whole and durable, and answers what is there: a second process that makes
 * the same file at the same time gets the first one's bytes. `link` and not `rename`, which would put the loser's
 * key over the one that has sealed something already.
 */
export async function writeOnce(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  await ensureDirectory(path.dirname(file));
  const aside = await writeAside(file, bytes);
  try {
    await fs.link(aside, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const theirs = await readIfThere(file);
    if (theirs !== null) return theirs;
    throw error;
  } finally {
    await fs.unlink(aside);
    await syncDirectory(path.dirname(file));
  }
  return bytes;
}

/**
 * Overwrites and removes. File systems that copy on write, and flash, may keep the old blocks: what remains there is
 * wrapped by the master key, and docs/explanation/personal-data.md says what an operator can do about it.
 */
export async function shred(file: string): Promise<void> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(file, 'r+');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    await handle.write(Buffer.alloc(size), 0, size, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rm(file, { force: true });
  await syncDirectory(path.dirname(file));
}

/** Appends one line, durably. A line that a crash cut short is ended by the next one's newline. */
export async function appendLine(file: string, line: string): Promise<void> {
  await ensureDirectory(path.dirname(file));
  // O_APPEND: writes of several processes do not overlap.
  const handle = await fs.open(file, 'a', 0o600);
  try {
    await handle.write(`\n${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncDirectory(path.dirname(file));
}
