import type { ProblemCode, RouteId } from '@countersign/contract';
import type { Engine } from '../../engine/engine.ts';
import { ACCESS_STREAM, type AccessEvent, type AccessState, accessFold } from './access.model.ts';

/** Somebody known was refused for who they are. */
export type Refusal = {
  readonly environment: string;
  readonly key: string;
  readonly service: string;
  readonly operation: RouteId;
  readonly code: ProblemCode;
  /** Whom the key wanted to act for. */
  readonly person: string | null;
};

/** Entries a minute of wall clock: of one key, and of one environment. What is beyond is counted in the next entry. */
const PER_KEY = 10;
const PER_ENVIRONMENT = 60;
const WINDOW_MS = 60_000;

type Window = { readonly from: number; count: number };

export type RefusalLog = {
  /** Appends the refusal to the `access` stream, unless there were too many of late. Never throws: the refusal stands. */
  record(refusal: Refusal): Promise<void>;
};

export function refusalLog(engine: Engine, now: () => number, onError: (error: unknown) => void): RefusalLog {
  const windows = new Map<string, Window>();
  const suppressed = new Map<string, number>();

  function admit(name: string, most: number): boolean {
    const window = windows.get(name);
    // Either way: after a clock was set back, a window must not last until it has caught up.
    if (window === undefined || Math.abs(now() - window.from) >= WINDOW_MS) {
      // Bounds the map: windows that have passed are worth nothing.
      if (windows.size > 10_000) windows.clear();
      windows.set(name, { from: now(), count: 1 });
      return true;
    }
    window.count += 1;
    return window.count <= most;
  }

  async function append(refusal: Refusal, left: number): Promise<void> {
    const { environment, ...event } = refusal;
    const id = { environment, stream: ACCESS_STREAM, kind: 'access' } as const;
    const { state } = await engine.stream<AccessState, AccessEvent>(id, accessFold);
    // In a seeded sandbox its place among the refusals names the command; elsewhere ids are random.
    const ids = await engine.ids(environment, refusal.service, `refusal ${(state?.refusals ?? 0) + 1}`);
    await engine.execute<AccessState, AccessEvent, never>({
      id,
      allowed: [environment],
      fold: accessFold,
      command: { type: 'refuse', actor: { kind: 'service', service: refusal.service }, data: event },
      correlation: null,
      idempotency: null,
      ids,
      readsAuthority: false,
      changesAuthority: false,
      movesClock: false,
      decide: () => ({ ok: true, events: [{ type: 'access.refused', ...event, suppressed: left }] }),
      project: () => ({}),
      answer: () => ({ status: 200, body: '{}' }),
      refuse: (never) => never,
    });
  }

  return {
    async record(refusal) {
      const { environment, key } = refusal;
      const admitted = admit(`${environment} ${key}`, PER_KEY) && admit(environment, PER_ENVIRONMENT);
      if (!admitted) {
        suppressed.set(environment, (suppressed.get(environment) ?? 0) + 1);
        return;
      }
      const left = suppressed.get(environment) ?? 0;
      suppressed.delete(environment);
      try {
        await append(refusal, left);
      } catch (error) {
        suppressed.set(environment, (suppressed.get(environment) ?? 0) + left + 1);
        onError(error);
      }
    },
  };
}
