import type { Directory } from '@countersign/core';
import type { Engine } from '../../engine/engine.ts';
import type { Executed } from '../../engine/execution.ts';
import { type MatrixEvent, type MatrixState, matrixFold } from './matrices.model.ts';

const PREFIX = 'effective:';

/** The timer of a version that was published ahead. */
export const effectTimer = (digest: string): string => `${PREFIX}${digest}`;

export type MatrixTimer = {
  readonly environment: string;
  readonly stream: string;
  readonly key: string;
  /** Names the firing, so that it happens once. */
  readonly commandId: string;
};

/**
 * A version takes effect because its time has come. It is a change of authority like its publication was: what was
 * decided under the version before is decided again, and the requests that read the matrix are looked at again.
 */
export async function takeEffect(
  engine: Engine,
  { environment, stream, key, commandId }: MatrixTimer,
): Promise<Executed<MatrixState, MatrixEvent, string>['outcome']> {
  const digest = key.slice(PREFIX.length);
  const executed = await engine.execute<MatrixState, MatrixEvent, string>({
    id: { environment, kind: 'matrix', stream },
    allowed: [environment],
    fold: matrixFold,
    command: {
      id: commandId,
      type: 'takeEffect',
      actor: { kind: 'system', system: 'timer' },
      data: { digest },
    },
    correlation: null,
    idempotency: null,
    ids: null,
    readsAuthority: true,
    changesAuthority: true,
    movesClock: false,
    decide(state, { now, directory }) {
      if (state === null) throw new Error(`${stream} has a timer, and no version`);
      const { matrix } = state;
      if (effectiveFrom(directory, matrix, digest) > now) return { ok: false, refusal: 'timer-not-due' };
      return { ok: true, events: [{ type: 'matrix.took-effect', matrix, digest }] };
    },
    project: () => ({ timers: [{ key, due: null }] }),
    answer: () => ({ status: 200, body: '{}' }),
    refuse: () => ({ status: 409, body: '{}', store: false }),
  });
  return executed.outcome;
}

function effectiveFrom({ matrices }: Directory, matrix: string, digest: string): string {
  const version = matrices.get(matrix)?.value?.find((one) => one.digest === digest);
  if (version === undefined) throw new Error(`the matrix ${matrix} has no version ${digest}`);
  return version.effectiveFrom;
}
