import type { Platform } from './platform.ts';

const EXPIRY_MS = 600_000;
/** Rows of one statement: it holds no lock for long. */
const AT_ONCE = 10_000;

/** Drops idempotency keys that are past their retention, now and then. */
export function keepHouse({ pool, settings, log, shutdown, now }: Platform): void {
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
      .catch((error: unknown) => log.warn({ err: error }, 'old idempotency keys could not be dropped'));
  }, EXPIRY_MS);
  timer.unref();
  shutdown.add('housekeeping', async () => {
    clearInterval(timer);
    await under;
  });
}
