export { commandIdOf } from './command-id.ts';
export type { GiveCommand, SystemCommand } from './commands.ts';
export { type LogEntry, readEntries } from './entries.ts';
export { recheckReader } from './recheck.reader.ts';
export {
  type Runner,
  type RunnerEvent,
  type RunnerOptions,
  runReaders,
  type Subscription,
} from './runner.ts';
export { searchReader } from './search.reader.ts';
export { handleAgain, listSetAside, type ReaderStatus, readerStatus, type SetAside } from './set-aside.ts';
export { type DueTimer, runTimers, type Timers, type TimersOptions } from './timers.ts';
