import type { AnswerOf } from '@countersign/contract';
import { ENGINE } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import { type Environment, environmentTime } from '../../engine/environments.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import { change } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { type EnvironmentEvent, type EnvironmentState, environmentFold } from './environments.model.ts';

export type EnvironmentDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  /** Wall clock, ms. */
  readonly now: () => number;
};

type EnvironmentHandlers = Pick<Handlers, 'getEnvironment' | 'getClock' | 'setClock'>;
type Row = {
  readonly organization_id: string;
  readonly name: string;
  readonly kind: Environment['kind'];
  readonly directory_revision: number;
  readonly seq: number;
  readonly clock_mode: Environment['clock']['mode'];
  readonly clock_at: Date | null;
  readonly clock_offset_ms: number | null;
};

export function environmentHandlers(deps: EnvironmentDeps): EnvironmentHandlers {
  /** As committed, by any process: what the cache of this one holds may be older. */
  async function rowOf(environment: string): Promise<Row> {
    const rows = await deps.reader.readAs(environment).query<Row>(
      `select e.organization_id, e.name, e.kind, e.clock_mode, e.clock_at, e.clock_offset_ms,
              h.directory_revision, h.seq
         from countersign.environment e join countersign.head h using (environment_id)
        where e.environment_id = $1`,
      [environment],
    );
    const row = rows[0];
    if (row === undefined) throw new ProblemError('not-found', { detail: 'There is no such environment.' });
    return row;
  }

  function clockOf(row: Row): AnswerOf<'getClock'>[200] {
    if (row.clock_at !== null) return { mode: 'frozen', now: row.clock_at.toISOString() };
    return { mode: 'running', now: new Date(deps.now() + (row.clock_offset_ms ?? 0)).toISOString() };
  }

  return {
    async getEnvironment({ principal }) {
      const row = await rowOf(principal.environment);
      const answer: AnswerOf<'getEnvironment'>[200] = {
        id: principal.environment,
        organization: row.organization_id,
        name: row.name,
        kind: row.kind,
        clock: clockOf(row),
        engine: ENGINE,
        directoryRevision: row.directory_revision,
        head: row.seq,
      };
      return { status: 200, body: answer };
    },
    async getClock({ principal }) {
      return { status: 200, body: clockOf(await rowOf(principal.environment)) };
    },
    setClock: (call) => setClock(deps, call),
  };
}

/** Later, deadlines would reach the year 10000, whose times no longer sort as text. */
const LATEST = '9000-01-01T00:00:00.000Z';

/** Moves the clock of a sandbox, forward only. What became due meanwhile fires afterwards, as commands of its own. */
function setClock({ engine, now }: EnvironmentDeps, call: Call<'setClock'>): Promise<Reply> {
  const { mode } = call.body;
  const at = call.body.at === undefined ? null : new Date(call.body.at).toISOString();
  return change<EnvironmentState, EnvironmentEvent>(engine, call, {
    stream: call.principal.environment,
    kind: 'environment',
    fold: environmentFold,
    command: { type: 'setClock', data: { mode, at } },
    movesClock: true,
    decide: (_state, { environment, now: streamNow }) => {
      if (environment.kind !== 'sandbox') throw new ProblemError('not-sandbox');
      const stands = new Date(environmentTime(environment.clock, now())).toISOString();
      const least = stands > streamNow ? stands : streamNow;
      if (at !== null && at > LATEST) {
        const message = `Must not be after ${LATEST}.`;
        throw new ProblemError('validation-failed', {
          detail: message,
          errors: [{ field: 'at', code: 'too-big', message }],
        });
      }
      if (at !== null && at < least) {
        throw new ProblemError('clock-backwards', {
          detail: `The clock stands at ${least}, after ${at}.`,
          errors: [{ field: 'at', code: 'clock-backwards', message: `Must not be before ${least}.` }],
          data: { now: least },
        });
      }
      return [{ type: 'clock.moved', mode, at: at ?? least }];
    },
    project: ({ events }) => {
      const moved = events.find((event) => event.type === 'clock.moved');
      if (moved === undefined) throw new Error('no clock.moved was made');
      const row =
        moved.mode === 'frozen'
          ? ({ mode: 'frozen', at: moved.at, offset_ms: null } as const)
          : ({ mode: 'offset', at: null, offset_ms: Date.parse(moved.at) - Math.trunc(now()) } as const);
      return { writes: { clock: [row] } };
    },
    answer: ({ events }) => {
      const moved = events.find((event) => event.type === 'clock.moved');
      return { status: 200, body: { mode, now: moved?.at } };
    },
  });
}
