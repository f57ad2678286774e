import { expect, test } from 'vitest';
import { eachHost, parseAddress } from './address.ts';

test('an address of several hosts is one address for each', () => {
  expect(eachHost('postgres://me:p%40ss@a:5432,b.example:5433/db?sslmode=require')).toEqual([
    'postgres://me:p%40ss@a:5432/db?sslmode=require',
    'postgres://me:p%40ss@b.example:5433/db?sslmode=require',
  ]);
  expect(eachHost('postgresql://a,b/db')).toEqual(['postgresql://a/db', 'postgresql://b/db']);
});

test.each([
  'postgres://me@localhost/db',
  'postgres://me:x@/db?host=%2Frun%2Fpg&port=1',
  'postgres://me@[::1]:5432/db',
])('%s has one', (address) => expect(eachHost(address)).toEqual([address]));

test.each([
  ['postgres://me:x@a:1,b:2/db', 'postgres://you:x@a:1,b:2/other'],
  ['postgres://me:x@/db?host=%2Frun', 'postgres://you:x@/other?host=%2Frun'],
  ['postgres://me@[::1]:5432/db', 'postgres://you@[::1]:5432/other'],
])('login and database of %s change, and its hosts do not', (address, changed) => {
  const { url, unparse } = parseAddress(address);
  url.username = 'you';
  url.pathname = '/other';
  expect(unparse()).toBe(changed);
});
