import { defineConfig } from 'vitest/config';

/** The tests of the two pure packages: what a mutant of theirs must not survive. */
export default defineConfig({
  test: {
    include: ['packages/{core,ledger}/{src,test}/**/*.test.ts'],
    // What takes seconds for each mutant: every byte of a file in turn, and long random journeys.
    exclude: ['**/damage.test.ts', '**/journeys.test.ts'],
    testTimeout: 60_000,
  },
});
