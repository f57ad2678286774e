import { type CommandData, decide, type RequestEvent, type RequestState } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Executed } from '../../engine/execution.ts';
import type { DefinitionStore } from '../definitions/index.ts';
import { projectRequest } from './requests.project.ts';
import {
  filerOf,
  RelatedMoved,
  readRelated,
  refuseUnread,
  relatedKeys,
  untilStill,
} from './requests.related.ts';
import { requestFold } from './requests.run.ts';

/** What the system itself asks of a request: a timer that fires, or facts that changed. */
export type SystemCommand = {
  readonly environment: string;
  readonly request: string;
  /** Names the cause, so that a reader that was killed and repeats itself has no second effect. */
  readonly commandId: string;
  readonly data: Extract<CommandData, { type: 'fire' | 'recheck' }>;
};

type Deps = { readonly engine: Engine; readonly definitions: DefinitionStore; readonly reader: Reader };
type Outcome = Executed<RequestState, RequestEvent, string>['outcome'] | 'gone';

/** What it was decided by has changed: read it again. */
const MOVED = 'related-moved';

/** Runs it through the same `decide`. Nothing is recorded where nothing follows. */
export async function runSystemCommand(deps: Deps, command: SystemCommand): Promise<Outcome> {
  const { outcome } = await untilStill(
    () => run(deps, command),
    ({ refusal }) => refusal === MOVED,
  );
  return outcome;
}

async function run(
  deps: Deps,
  command: SystemCommand,
): Promise<{ readonly outcome: Outcome; readonly refusal?: string }> {
  const { environment, request, commandId } = command;
  const id = { environment, kind: 'request', stream: request } as const;
  const { state, version: known } = await deps.engine.stream<RequestState, RequestEvent>(id, requestFold);
  if (state === null) return { outcome: 'gone' };
  const definition = await deps.definitions.byDigest(environment, state.definitionDigest);
  if (definition === null) throw new Error(`the definition ${state.definitionDigest} of ${request} is gone`);
  const actor = { kind: 'system', system: command.data.type === 'fire' ? 'timer' : 'recheck' } as const;
  const filer = filerOf(actor);
  const related = await readRelated(deps.reader.readAs(environment), environment, definition.compiled, {
    ...{ state, version: known, data: command.data, filer, request, now: await deps.engine.now(environment) },
  });
  const data = related === null ? command.data : { ...command.data, related: related.sums };
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
    decide(before, { commandId: own, now, facts, version }) {
      try {
        refuseUnread(related, version);
      } catch (error) {
        if (error instanceof RelatedMoved) return { ok: false, refusal: MOVED };
        throw error;
      }
      const decided = decide(
        before,
        { id: own, actor, data },
        { now, definition: definition.compiled, facts },
      );
      return decided.ok ? decided : { ok: false, refusal: decided.refusal.code };
    },
    project({ before, after }) {
      const { businessKeys = [], ...projection } = projectRequest(before, after);
      return { ...projection, businessKeys: [...businessKeys, ...relatedKeys(related, before, after)] };
    },
    taken: () => MOVED,
    answer: () => ({ status: 200, body: '{}' }),
    refuse: () => ({ status: 409, body: '{}', store: false }),
  });
  return executed.outcome === 'refused'
    ? { outcome: 'refused', refusal: executed.refusal }
    : { outcome: executed.outcome };
}
