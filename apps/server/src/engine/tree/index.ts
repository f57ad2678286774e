export { type Checkpoints, checkpoints, type SignedCheckpoint } from './checkpoints.ts';
export { LogContradicted } from './errors.ts';
export { fileLogKeys } from './log-key.ts';
export { type OutsideCheckpoints, outsideCheckpoints } from './outside.ts';
export { assertLogs, declareRestore, NothingToDeclare } from './restore.ts';
export { buildTree, builtSize, headOf, LogCutShort, tileReader } from './tiles.ts';
export { treeReader } from './tree.reader.ts';
