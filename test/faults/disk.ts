import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Played, play, recovery, type Stage, type StageOptions } from './stage.ts';

export type Filled = {
  /** From the moment at which there was room again to the first new command that was accepted. */
  readonly recovered: number | null;
  /** Commands that were accepted while the disk was full, of those that need no room on it. */
  readonly meanwhile: number;
};

export type DiskOptions = StageOptions & { readonly seconds: number };

/** The disk of PostgreSQL is full: of the embedded one together with all else that the server keeps. */
export async function databaseDiskFull(options: DiskOptions): Promise<Played<Filled>> {
  const at = path.join(options.directory, options.database === 'embedded' ? 'data' : 'pg');
  return withFileSystem(at, 512, () => play(options, (stage) => fillUnderLoad(stage, at, options.seconds)));
}

/** The disk of the documents is full: uploads are refused, everything else goes on, and no half of a file stays. */
export async function documentDiskFull(options: DiskOptions): Promise<Played<Filled>> {
  const at = path.join(options.directory, 'data', 'documents');
  return withFileSystem(at, 16, () =>
    play({ ...options, document: 100_000 }, async (stage) => {
      const filled = await fillUnderLoad(stage, at, options.seconds);
      const left = readdirSync(path.join(at, 'partial'));
      if (left.length > 0) stage.note([`${left.length} halves of files stayed in the store`]);
      return filled;
    }),
  );
}

async function fillUnderLoad(stage: Stage, at: string, seconds: number): Promise<Filled> {
  const clients = stage.load();
  await sleep(2000);
  const fill = filler(at);
  // What is freed by a checkpoint or a failed attempt is taken as well.
  const meanwhile = await whileFull(stage, fill, seconds);
  const freed = performance.now();
  const accepted = clients.acceptedAfter(freed);
  fill.empty();
  const recovered = await recovery(accepted, freed);
  if (recovered === null) stage.note(['it did not recover when there was room again']);
  await sleep(1000);
  await stage.settle(clients);
  return { recovered, meanwhile };
}

async function whileFull(stage: Stage, fill: Filler, seconds: number): Promise<number> {
  const before = stage.journal.acknowledgements.length;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    fill.more();
    await sleep(100);
  }
  return stage.journal.acknowledgements.length - before;
}

type Filler = { more(): void; empty(): void };

/** A file that takes what is free. */
function filler(at: string): Filler {
  const file = path.join(at, 'ballast');
  const chunk = Buffer.alloc(4096);
  return {
    more() {
      const handle = openSync(file, 'a', 0o600);
      try {
        while (statfsSync(at).bfree > 0) writeSync(handle, chunk);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(handle);
      }
    },
    empty: () => rmSync(file, { force: true }),
  };
}

/** A file system of its own, in memory, for as long as the work takes. Only root may. */
async function withFileSystem<T>(at: string, megabytes: number, work: () => Promise<T>): Promise<T> {
  mkdirSync(at, { recursive: true });
  mount('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', at);
  try {
    return await work();
  } finally {
    mount('umount', '--lazy', at);
  }
}

function mount(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}
