import { afterAll, inject } from 'vitest';
import { cloneDatabase, emptyDatabase, type TestDatabase } from './database.ts';

export type { TestDatabase } from './database.ts';

/**
 * A migrated database of its own for this test file, dropped after it. Call it at the top of the file:
 * `const database = await testDatabase();`
 */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await cloneDatabase(inject('testRun'));
  afterAll(() => database.drop());
  return database;
}

/** The same without any migration. */
export async function testEmptyDatabase(): Promise<TestDatabase> {
  const database = await emptyDatabase(inject('testRun'));
  afterAll(() => database.drop());
  return database;
}
