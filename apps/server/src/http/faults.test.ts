import { expect, test } from 'vitest';
import { CommitRefused } from '../db/commit-errors.ts';
import { fromPipeline, isForOperator } from './faults.ts';

const full = [
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
  new CommitRefused('53100', 'could not extend file', {}),
];

test.each(full)('a full disk is told as one that may have room later, and to the operator: %s', (error) => {
  expect(fromPipeline(error)).toMatchObject({ code: 'unavailable', retryAfter: 10 });
  expect(fromPipeline(error)?.message).toMatch(/full; nothing was kept/);
  expect(isForOperator(error)).toBe(true);
});

test('a socket that is not there is the database’s; any other file is not', () => {
  const missing = (syscall: string) => Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall });
  expect(fromPipeline(missing('connect'))).toMatchObject({ code: 'unavailable', retryAfter: 2 });
  expect(fromPipeline(missing('open'))).toBeNull();
});
