import { expect, test } from 'vitest';
import { byteCache } from './cache.ts';

test('ENGINE 22: a cache is bounded in bytes, and drops what was used least recently', () => {
  const cache = byteCache<string>(100);
  cache.put('a', 'A', 40);
  cache.put('b', 'B', 40);
  expect(cache.get('a')).toBe('A');
  cache.put('c', 'C', 40);
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.bytes]).toEqual(['A', undefined, 'C', 80]);
  cache.put('a', 'larger', 60);
  expect([cache.get('a'), cache.bytes]).toEqual(['larger', 100]);
  cache.put('d', 'beyond the bound', 101);
  expect([cache.get('d'), cache.bytes]).toEqual([undefined, 100]);
  cache.drop('a');
  expect(cache.bytes).toBe(40);
});
