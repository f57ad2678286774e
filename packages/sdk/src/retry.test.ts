import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRetry, retryAfterMs, waitMs } from './retry.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('waiting', () => {
  it('is never shorter than Retry-After, and never longer than it and the longest backoff', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.integer({ min: 0, max: 60_000 })),
        random,
        (n, after, r) => {
          const wait = waitMs(defaultRetry, n, after, r);
          expect(wait).toBeGreaterThanOrEqual(after ?? 0);
          expect(wait).toBeLessThanOrEqual((after ?? 0) + defaultRetry.maxMs);
        },
      ),
    );
  });

  it('doubles, with jitter over half of it', () => {
    expect([1, 2, 3, 4].map((n) => waitMs(defaultRetry, n, null, 0))).toEqual([100, 200, 400, 800]);
    expect([1, 2, 3, 4].map((n) => waitMs(defaultRetry, n, null, 0.999_999))).toEqual([200, 400, 800, 1600]);
  });

  it('ends after the last attempt, or when it would take too long', () => {
    expect(waitMs(defaultRetry, 5, null, 0)).toBeNull();
    expect(waitMs(defaultRetry, 1, 60_001, 0)).toBeNull();
  });

  it('reads seconds and dates', () => {
    const now = Date.parse('2026-01-12T09:30:00Z');
    expect(retryAfterMs('3', now)).toBe(3000);
    expect(retryAfterMs('Mon, 12 Jan 2026 09:30:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Mon, 12 Jan 2026 09:29:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeNull();
    expect(retryAfterMs(null, now)).toBeNull();
  });
});
