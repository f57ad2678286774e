import type { Logger } from './logger.ts';

export interface Shutdown {
  /** Registers a step; steps run in the reverse order, as what was started last leans on what was started first. */
  add(name: string, step: () => Promise<void>): void;
  /** Runs the steps once; every further call waits for the same end. True: all went well, in time. */
  stop(reason: string): Promise<boolean>;
}

/**
 * Stops a process in order: one step that fails or hangs does not keep the others from running, and all together get
 * `graceMs`. What is committed is safe whatever happens here.
 */
export function gracefulShutdown(log: Logger, graceMs: number): Shutdown {
  const steps: { readonly name: string; readonly step: () => Promise<void> }[] = [];
  let stopping: Promise<boolean> | undefined;
  return {
    add: (name, step) => {
      steps.push({ name, step });
    },
    stop: (reason) => {
      stopping ??= runAll([...steps].reverse(), reason, log, graceMs);
      return stopping;
    },
  };
}

async function runAll(
  steps: readonly { readonly name: string; readonly step: () => Promise<void> }[],
  reason: string,
  log: Logger,
  graceMs: number,
): Promise<boolean> {
  log.info({ reason }, 'stopping');
  const end = Date.now() + graceMs;
  let ok = true;
  for (const { name, step } of steps) {
    const error = await within(step, Math.max(end - Date.now(), 100));
    if (error === undefined) continue;
    ok = false;
    log.error({ step: name, error }, 'a step of stopping failed');
  }
  log.info({ ok }, 'stopped');
  return ok;
}

async function within(step: () => Promise<void>, milliseconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished in ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([step(), late]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}

/** Stops on SIGTERM and SIGINT; a second signal ends the process at once. `exit` gets 0 or 1. */
export function stopOnSignals(shutdown: Shutdown, exit: (code: number) => void): void {
  let asked = false;
  const handle = (signal: NodeJS.Signals) => {
    if (asked) return exit(1);
    asked = true;
    void shutdown.stop(signal).then((ok) => exit(ok ? 0 : 1));
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}
