/** The command path: from a decided command to its place in the log. */

export { type StoredAnswer, storedAnswer } from './answers.ts';
export { Contended, type Engine, type EngineOptions, engine, type Replay } from './engine.ts';
export {
  type Environment,
  type EnvironmentClock,
  environmentTime,
  UnknownEnvironment,
} from './environments.ts';
export type {
  Answer,
  Change,
  DecideContext,
  Executed,
  Execution,
  Idempotency,
  Outcome,
} from './execution.ts';
export { type Ids, randomIds, seededIds } from './ids.ts';
export { type Fold, type Loaded, refold, type StreamId } from './streams.ts';
