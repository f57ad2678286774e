/** What the database holds is not a later state of what the log has signed (ENGINE 10). */
export class LogContradicted extends Error {
  readonly code: 'log-behind' | 'log-rewritten' | 'log-missing' | 'log-origin-changed';
  readonly environment: string;

  constructor(code: LogContradicted['code'], environment: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogContradicted';
    this.code = code;
    this.environment = environment;
  }
}

/** Another process has signed since this one looked: what it was about to write may be older. Come again. */
export class CheckpointOutrun extends Error {
  readonly code = 'checkpoint-outrun';

  constructor(environment: string) {
    super(`Another process has signed a checkpoint of ${environment} meanwhile.`);
    this.name = 'CheckpointOutrun';
  }
}

export const behind = (environment: string, head: number, signed: number): LogContradicted =>
  new LogContradicted(
    'log-behind',
    environment,
    `The database is behind: the log of ${environment} ends at entry ${head}, but a checkpoint of ${signed} entries was signed. ` +
      'If this database is an old copy by mistake, stop and start with the right one. If it was restored from a backup and the ' +
      `entries after ${head} are lost, declare that once: countersign restore declare ${environment}`,
  );

export const rewritten = (environment: string, size: number): LogContradicted =>
  new LogContradicted(
    'log-rewritten',
    environment,
    `The log of ${environment} was rewritten: its first ${size} entries are not those of the checkpoint that was signed. ` +
      `Nothing is served or signed on top of it. Export it with \`countersign audit export --stopped ${environment}\`, see by ` +
      '`countersign audit verify` what was done to it, and restore a backup.',
  );

export const missing = (environment: string): LogContradicted =>
  new LogContradicted(
    'log-missing',
    environment,
    `There is a signed checkpoint of ${environment}, but the database does not hold that environment. ` +
      'This data directory and this database do not belong together.',
  );

export const originChanged = (environment: string, signed: string, now: string): LogContradicted =>
  new LogContradicted(
    'log-origin-changed',
    environment,
    `The log of ${environment} was signed as ${signed} and now calls itself ${now}, but no entry declares the restore between them.`,
  );
