import { type CommandData, decide, type RequestEvent, type RequestState } from '@countersign/core';
import type { Engine } from '../../engine/engine.ts';
import type { Executed } from '../../engine/execution.ts';
import type { DefinitionStore } from '../definitions/index.ts';
import { projectRequest } from './requests.project.ts';
import { requestFold } from './requests.run.ts';

/** What the system itself asks of a request: a timer that fires, or facts that changed. */
export type SystemCommand = {
  readonly environment: string;
  readonly request: string;
  /** Names the cause, so that a reader that was killed and repeats itself has no second effect. */
  readonly commandId: string;
  readonly data: Extract<CommandData, { type: 'fire' | 'recheck' }>;
};

type Deps = { readonly engine: Engine; readonly definitions: DefinitionStore };
type Outcome = Executed<RequestState, RequestEvent, string>['outcome'] | 'gone';

/** Runs it through the same `decide`. Nothing is recorded where nothing follows. */
export async function runSystemCommand(deps: Deps, command: SystemCommand): Promise<Outcome> {
  const { environment, request, data, commandId } = command;
  const id = { environment, kind: 'request', stream: request } as const;
  const { state } = await deps.engine.stream<RequestState, RequestEvent>(id, requestFold);
  if (state === null) return 'gone';
  const definition = await deps.definitions.byDigest(environment, state.definitionDigest);
  if (definition === null) throw new Error(`the definition ${state.definitionDigest} of ${request} is gone`);
  const actor = { kind: 'system', system: data.type === 'fire' ? 'timer' : 'recheck' } as const;
  const executed = await deps.engine.execute<RequestState, RequestEvent, string>({
    id,
    allowed: [environment],
    fold: requestFold,
    command: { id: commandId, type: data.type, actor, data },
    correlation: null,
    idempotency: null,
    ids: null,
    readsAuthority: true,
    changesAuthority: false,
    movesClock: false,
    decide(before, { commandId: command, now, facts }) {
      const decided = decide(
        before,
        { id: command, actor, data },
        { now, definition: definition.compiled, facts },
      );
      return decided.ok ? decided : { ok: false, refusal: decided.refusal.code };
    },
    project: ({ before, after }) => projectRequest(before, after),
    answer: () => ({ status: 200, body: '{}' }),
    refuse: () => ({ status: 409, body: '{}', store: false }),
  });
  return executed.outcome;
}
