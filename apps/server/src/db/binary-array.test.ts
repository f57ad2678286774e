import { expect, test } from 'vitest';
import { timestamps } from './binary-array.ts';

test.each([
  '1970-01-01T00:00:00Z',
  '2026-01-05T09:00:00.123Z',
  '2285-06-05T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
])('%s is told in microseconds since 2000', (time) => {
  const expected = (BigInt(Date.parse(time)) - BigInt(Date.UTC(2000, 0, 1))) * 1000n;
  expect(timestamps([time]).subarray(-8).readBigInt64BE()).toBe(expected);
});

test('what is no time is refused', () => expect(() => timestamps(['soon'])).toThrow(RangeError));
