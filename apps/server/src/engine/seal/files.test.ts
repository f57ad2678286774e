import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeOnce } from './files.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'countersign-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a write that fails leaves nothing behind', async () => {
  // What cannot be written fails after the file was made, as on a full disk.
  const unwritable = null as unknown as Uint8Array;
  await expect(writeOnce(path.join(directory, 'key'), unwritable)).rejects.toThrow();
  expect(readdirSync(directory)).toEqual([]);
});
