import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Core } from './core.ts';
import type { Plant } from './plants.ts';

const core = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the core in which each bug can be switched on: the core itself knows nothing of it. */
export type Planted = { readonly core: Core; with<T>(plant: Plant | null, work: () => T): T; remove(): void };

export async function plantAll(plants: readonly Plant[]): Promise<Planted> {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'countersign-plants-'));
  cpSync(path.join(core, 'src'), path.join(copy, 'src'), { recursive: true });
  cpSync(path.join(core, 'package.json'), path.join(copy, 'package.json'));
  symlinkSync(path.join(core, '../../node_modules'), path.join(copy, 'node_modules'));
  for (const [i, { bug, changes }] of plants.entries())
    for (const { file, find, put } of changes) {
      const at = path.join(copy, 'src', file);
      const text = readFileSync(at, 'utf8');
      if (text.split(find).length !== 2) throw new Error(`${bug}: ${file} has not exactly one \`${find}\``);
      writeFileSync(
        at,
        text.replace(find, () => put.replaceAll('PLANTED', `(globalThis.planted === ${i})`)),
      );
    }
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(path.join(copy, 'src', file)).href);
  const [{ decide }, { evolveAll }] = await Promise.all([
    load('request/decide.ts'),
    load('request/evolve.ts'),
  ]);
  const world: { planted?: number } = globalThis as { planted?: number };
  return {
    core: { decide, evolveAll },
    with(plant, work) {
      world.planted = plant === null ? -1 : plants.indexOf(plant);
      try {
        return work();
      } finally {
        delete world.planted;
      }
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}
