import fs from 'node:fs';
import { expect, test } from 'vitest';
import { settingsReference } from './reference.ts';
import { readSettings, redactSettings, SettingsError } from './settings.ts';

const read = (environment: Record<string, string>) => readSettings(environment).settings;

test('an empty environment gives the documented defaults', () => {
  expect(read({})).toEqual({
    mode: 'all',
    host: '127.0.0.1',
    port: 8080,
    workerPort: 8081,
    data: './.countersign',
    databaseConnections: 20,
    logLevel: 'info',
    bodyLimit: 4 * 2 ** 20,
    uploadLimit: 100 * 2 ** 20,
    rateLimit: 6000,
    rateLimitAnonymous: 300,
    trustProxy: false,
    shutdownGrace: 20_000,
    idempotencyRetention: 7 * 86_400_000,
    metrics: true,
  });
});

test('text becomes numbers, bytes, milliseconds and booleans', () => {
  expect(
    read({
      COUNTERSIGN_PORT: '0',
      COUNTERSIGN_BODY_LIMIT: '512KiB',
      COUNTERSIGN_SHUTDOWN_GRACE: '1500ms',
      COUNTERSIGN_TRUST_PROXY: 'yes',
      COUNTERSIGN_MODE: 'worker',
    }),
  ).toMatchObject({ port: 0, bodyLimit: 524_288, shutdownGrace: 1500, trustProxy: true, mode: 'worker' });
});

test('an empty variable counts as absent', () => {
  expect(read({ DATABASE_URL: '', COUNTERSIGN_PORT: '' })).toEqual(read({}));
});

test('every problem is told at once, with the variable, what was found and what is expected', () => {
  try {
    read({ COUNTERSIGN_PORT: '80 80', COUNTERSIGN_MODE: 'both', COUNTERSIGN_BODY_LIMIT: '4MB' });
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    expect(error.problems).toEqual([
      'COUNTERSIGN_MODE is "both": expected all, api, worker.',
      'COUNTERSIGN_PORT is "80 80": expected a whole number from 0 to 65535.',
      'COUNTERSIGN_BODY_LIMIT is "4MB": expected a size such as 512KiB or 50MiB.',
    ]);
  }
});

test('a secret stands neither in a problem nor in the log', () => {
  const url = 'mysql://login:hunter2@host/db';
  expect(() => read({ DATABASE_URL: url })).toThrow(
    /^(?!.*hunter2).*DATABASE_URL is a secret that is not shown/s,
  );
  const redacted = redactSettings(read({ DATABASE_URL: 'postgres://login:hunter2@host/db' }));
  expect(redacted).toMatchObject({ DATABASE_URL: '[set]', COUNTERSIGN_PORT: 8080 });
  expect(JSON.stringify(redacted)).not.toContain('hunter2');
});

test("the owner's address alone is refused: the application would have no login", () => {
  expect(() => read({ DATABASE_OWNER_URL: 'postgres://owner@host/db' })).toThrow(/needs DATABASE_URL/);
});

test('a misspelt setting is warned about, with the one that was meant', () => {
  const { warnings } = readSettings({
    COUNTERSIGN_PROT: '1',
    COUNTERSIGN_BANANA: '1',
    COUNTERSIGN_TEST_SUM: 'x',
    HOME: '/',
  });
  expect(warnings).toEqual([
    'COUNTERSIGN_PROT is no setting of Countersign. Did you mean COUNTERSIGN_PORT?',
    'COUNTERSIGN_BANANA is no setting of Countersign.',
  ]);
});

test('the printed reference is up to date (npm run settings)', () => {
  const page = new URL('../../../../docs/reference/settings.md', import.meta.url);
  expect(fs.readFileSync(page, 'utf8')).toBe(settingsReference());
});
