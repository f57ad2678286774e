/** Answers when all is well and throws when not; `signal` ends its time. A text tells of what is no reason to stop. */
export type Check = (signal: AbortSignal) => Promise<string | null>;

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** Public: counts and names, nothing of what the environments hold. */
  readonly detail: string | null;
  /** Only for the log: a public answer names the check, not the reason. */
  readonly error?: unknown;
}

export interface Health {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

export interface HealthRegistry {
  /** Registers what this process cannot serve without. */
  add(name: string, check: Check): void;
  /** From now on `ready` says no, so that a balancer sends nothing new while calls under way finish. */
  drain(): void;
  /** Runs every check at once; one that takes longer than the limit has failed. */
  ready(): Promise<Health>;
}

export function healthRegistry(limitMs = 2000): HealthRegistry {
  const checks = new Map<string, Check>();
  let draining = false;
  return {
    add: (name, check) => {
      if (checks.has(name)) throw new TypeError(`there is a check ${name} already`);
      checks.set(name, check);
    },
    drain: () => {
      draining = true;
    },
    ready: async () => {
      const results = await Promise.all([...checks].map(([name, check]) => run(name, check, limitMs)));
      const stopping: readonly CheckResult[] = draining
        ? [{ name: 'stopping', ok: false, milliseconds: 0, detail: null }]
        : [];
      const all = [...stopping, ...results];
      return { ok: all.every((result) => result.ok), checks: all };
    },
  };
}

/** The public answer. Why a check failed is in the log, not for whoever asks. */
export const readiness = ({ ok, checks }: Health) => ({
  status: ok ? ('ready' as const) : ('not-ready' as const),
  checks: checks.map(({ name, ok: good, detail }) => ({ name, ok: good, detail })),
});

async function run(name: string, check: Check, limitMs: number): Promise<CheckResult> {
  const start = performance.now();
  const took = () => Math.round(performance.now() - start);
  const signal = AbortSignal.timeout(limitMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer in ${limitMs} ms`)), { once: true });
  });
  try {
    const detail = await Promise.race([check(signal), late]);
    return { name, ok: true, milliseconds: took(), detail };
  } catch (error) {
    return { name, ok: false, milliseconds: took(), detail: null, error };
  }
}
