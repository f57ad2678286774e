export type { GiveCommand } from './commands.ts';
export { type LogEntry, readEntries } from './entries.ts';
export { recheckReader } from './recheck.reader.ts';
export { type Runner, type RunnerEvent, runReaders, type Subscription } from './runner.ts';
export { searchReader } from './search.reader.ts';
export {
  handleAgain,
  isSetAside,
  listSetAside,
  type ReaderStatus,
  readerStatus,
  tellOfSetAside,
} from './set-aside.ts';
export { type FireTimer, runTimers, type Timers } from './timers.ts';
