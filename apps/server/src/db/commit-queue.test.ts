import { expect, test } from 'vitest';
import { proposal } from '../engine/testing/process.ts';
import { commitQueue } from './commit-queue.ts';

const named = (environment: string, stream: string, bytes = 1) => ({
  proposal: proposal(environment, stream, 0),
  bytes,
  value: `${environment}${stream}`,
});

function queueOf(...waiting: readonly ReturnType<typeof named>[]) {
  const queue = commitQueue<string>();
  for (const one of waiting) queue.push(one);
  return (members: number, bytes = 1000) => queue.take({ members, bytes }).map((one) => one.value);
}

test('ENGINE 22: a hot environment leaves the others their turn', () => {
  const hot = Array.from({ length: 10 }, (_, i) => named('a', `${i}`));
  const take = queueOf(...hot, named('b', '0'), named('c', '0'), named('c', '1'));
  expect(take(4)).toEqual(['a0', 'b0', 'c0', 'a1']);
  expect(take(4)).toEqual(['c1', 'a2', 'a3', 'a4']);
  expect(take(9)).toEqual(['a5', 'a6', 'a7', 'a8', 'a9']);
  expect(take(9)).toEqual([]);
});

test('ENGINE 3: one of a stream in a batch; the next waits in its place', () => {
  const take = queueOf(named('a', 'x'), named('a', 'x'), named('a', 'y'), named('b', 'x'), named('a', 'x'));
  expect(take(9)).toEqual(['ax', 'bx', 'ay']);
  expect(take(9)).toEqual(['ax']);
  expect(take(9)).toEqual(['ax']);
});

test('a batch is bounded in bytes, and a large member still goes, alone', () => {
  const take = queueOf(
    named('a', '0', 600),
    named('a', '1', 600),
    named('a', '2', 600),
    named('a', '3', 5000),
  );
  expect(take(9)).toEqual(['a0', 'a1']);
  expect(take(9)).toEqual(['a2', 'a3']);
});
