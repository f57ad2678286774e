/** The server, as the command line starts it. */

export { exportStopped } from './composition/evidence.ts';
export { type DeclaredRestore, declareRestored } from './composition/restore.ts';
export { type RunningServer, type StartOptions, startServer } from './composition/start.ts';
export { VERSION } from './composition/version.ts';
export { welcome } from './composition/welcome.ts';
export { readSettings, type Settings, SettingsError } from './config/index.ts';
export { LogContradicted, NothingToDeclare } from './engine/tree/index.ts';
export { stopOnSignals } from './platform/index.ts';
export type { Sandbox, SandboxOptions } from './sandbox/sandbox.ts';
