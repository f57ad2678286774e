import type { Platform } from './platform.ts';

const EXPIRY_MS = 600_000;
/** Rows of one statement: it holds no lock for long. */
const AT_ONCE = 10_000;

/** An upload that takes longer has lost its process. */
const ABANDONED_MS = 86_400_000;

/** Drops idempotency keys that are past their retention, and what broken uploads left behind, now and then. */
export function keepHouse({ pool, blobs, settings, log, shutdown, now }: Platform): void {
  async function expireKeys(): Promise<void> {
    const before = new Date(now() - settings.idempotencyRetention);
    for (;;) {
      const { rows } = await pool.query<{ gone: number }>(
        'select countersign.expire_idempotency($1, $2) as gone',
        [before, AT_ONCE],
      );
      if ((rows[0]?.gone ?? 0) < AT_ONCE) return;
    }
  }

  let under = Promise.resolve();
  const timer = setInterval(() => {
    under = under
      .then(expireKeys)
      .then(async () => void (await blobs.sweep(ABANDONED_MS)))
      .catch((error: unknown) => log.warn({ err: error }, 'housekeeping failed'));
  }, EXPIRY_MS);
  timer.unref();
  shutdown.add('housekeeping', async () => {
    clearInterval(timer);
    await under;
  });
}
