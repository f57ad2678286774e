import type { TestProject } from 'vitest/node';
import { dropRun } from './database.ts';
import { discard, discardOrphans, runDirectory } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where this run's PostgreSQL lives. It starts when the first test asks for a database. */
    readonly testRun: { readonly directory: string; readonly id: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await discardOrphans();
  const directory = runDirectory(process.pid);
  const id = `cst_${process.pid}_${Date.now().toString(36)}`;
  project.provide('testRun', { directory, id });
  return async () => {
    await dropRun(id);
    await discard(directory);
  };
}
