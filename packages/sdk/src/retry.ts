export type RetryPolicy = {
  /** Times a call is sent at most; 1 never repeats. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each one after, halved at most by jitter. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** A longer Retry-After is not waited for: the problem is thrown. */
  readonly patienceMs: number;
};

export const defaultRetry: RetryPolicy = { attempts: 5, baseMs: 200, maxMs: 10_000, patienceMs: 60_000 };

/** Statuses after which the same call may succeed. Calls that change something carry an Idempotency-Key. */
const passing = new Set([408, 429, 500, 502, 503, 504]);
const passingCodes = new Set(['conflict', 'idempotency-key-in-use']);

export const mayRepeat = (status: number, code: string | null): boolean =>
  passing.has(status) || (code !== null && passingCodes.has(code));

/** Retry-After in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3); null where absent or malformed. */
export const retryAfterMs = (header: string | null, now: number): number | null => {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};

/** How long to wait after the given attempt (from 1); null: give up. `random` in [0, 1). */
export const waitMs = (
  policy: RetryPolicy,
  attempt: number,
  retryAfter: number | null,
  random: number,
): number | null => {
  if (attempt >= policy.attempts) return null;
  if (retryAfter !== null && retryAfter > policy.patienceMs) return null;
  const backoff = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  return Math.round((retryAfter ?? 0) + backoff * (0.5 + random / 2));
};

/** Rejects with the signal's reason when it is aborted. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
