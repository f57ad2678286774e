import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { replaceFile, writeOnce } from './files.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'countersign-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

test.each([writeOnce, replaceFile])('a write that fails leaves nothing behind: %o', async (write) => {
  // What cannot be written fails after the file was made, as on a full disk.
  const unwritable = null as unknown as Uint8Array;
  await expect(write(path.join(directory, 'key'), unwritable)).rejects.toThrow();
  expect(readdirSync(directory)).toEqual([]);
});
