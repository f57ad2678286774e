import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { outsideCheckpoints } from './outside.ts';

const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'countersign-outside-'));
afterAll(() => fs.rm(directory, { recursive: true }));
const outside = outsideCheckpoints(directory);
let environments = 0;
const newEnvironment = () => `env_00000000-0000-7000-8000-${String(environments++).padStart(12, '0')}`;
const OUTRUN = { code: 'checkpoint-outrun' };

/** Another process that signs meanwhile. */
async function others(environment: string, from: string | null, ...notes: string[]): Promise<void> {
  let over = from;
  for (const note of notes) {
    await outsideCheckpoints(directory).write(environment, note, over);
    over = note;
  }
}

test('what was written last is read, and the one before it stays for a copy of the directory', async () => {
  const environment = newEnvironment();
  expect(await outside.read(environment)).toBeNull();
  await others(environment, null, 'one', 'two', 'three');
  expect(await outside.read(environment)).toBe('three');
  const files = (await fs.readdir(directory)).filter((name) => name.startsWith(environment));
  expect(files.sort()).toEqual([`${environment}.2`, `${environment}.3`]);
  expect(await outside.environments()).toEqual([environment]);
});

test('who stood still since it looked writes nothing', async () => {
  const environment = newEnvironment();
  await others(environment, null, 'one', 'two');
  await expect(outside.write(environment, 'older', 'one')).rejects.toMatchObject(OUTRUN);
  await expect(outside.write(environment, 'first', null)).rejects.toMatchObject(OUTRUN);
  expect(await outside.read(environment)).toBe('two');
});

test.each([
  ['one has written', ['two']],
  ['so many have that the number is free again', ['two', 'three', 'four', 'five']],
])('who stands still at the very moment of writing writes nothing that is read: %s', async (_, notes) => {
  const environment = newEnvironment();
  await outside.write(environment, 'one', null);
  const link = fs.link;
  vi.spyOn(fs, 'link').mockImplementationOnce(async (...names) => {
    await others(environment, 'one', ...notes);
    return link(...names);
  });
  await expect(outside.write(environment, 'older', 'one')).rejects.toMatchObject(OUTRUN);
  expect(await outside.read(environment)).toBe(notes.at(-1));
  await outside.write(environment, 'next', notes.at(-1) ?? '');
  expect(await outside.read(environment)).toBe('next');
});

test('of many at once exactly one follows', async () => {
  const environment = newEnvironment();
  await outside.write(environment, 'one', null);
  const done = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => outside.write(environment, `next ${i}`, 'one')),
  );
  expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a note from before there were numbers is followed', async () => {
  const environment = newEnvironment();
  await fs.writeFile(path.join(directory, environment), 'old');
  await outside.write(environment, 'new', 'old');
  expect(await outside.read(environment)).toBe('new');
});
