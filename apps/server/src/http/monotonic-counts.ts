import type { FastifyRateLimitStore } from '@fastify/rate-limit';

/** Some 200 bytes each. The oldest window goes first, and its key begins anew. */
const MAX_KEPT = 50_000;

/**
 * Calls per key and window, on the monotonic clock. The plugin's own store counts by the wall clock: set back by an
 * hour, that would let a window last for one, and turn away whoever has used it up.
 */
export class MonotonicCounts implements FastifyRateLimitStore {
  readonly #windows = new Map<string, { readonly from: number; calls: number }>();

  incr(
    key: string,
    done: (error: Error | null, result?: { current: number; ttl: number }) => void,
    timeWindow: number,
  ): void {
    const now = performance.now();
    let window = this.#windows.get(key);
    if (window === undefined || now - window.from >= timeWindow) {
      this.#windows.delete(key);
      window = { from: now, calls: 0 };
      this.#windows.set(key, window);
      this.#bound();
    }
    window.calls += 1;
    done(null, { current: window.calls, ttl: timeWindow - (now - window.from) });
  }

  /** Routes have no limits of their own here. */
  child(): this {
    return this;
  }

  #bound(): void {
    if (this.#windows.size <= MAX_KEPT) return;
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest);
      return;
    }
  }
}
