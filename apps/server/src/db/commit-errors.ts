/** The queue is full: nothing was written; answer 503 with Retry-After. */
export class Overloaded extends Error {
  readonly code = 'overloaded';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.name = 'Overloaded';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * The batch was sent and the database has not answered since: it may stand in the log or not. The writer goes on
 * finding out; the client's retry under the same idempotency key is told. Deciding again here could do it twice.
 */
export class OutcomeUnknown extends Error {
  readonly code = 'outcome-unknown';

  constructor(options?: ErrorOptions) {
    super('The database could not be reached to learn whether the command was committed.', options);
    this.name = 'OutcomeUnknown';
  }
}

/** The database does not answer at the moment, and this proposal was not sent: nothing was written; answer 503 with Retry-After. */
export class DatabaseUnavailable extends Error {
  readonly code = 'database-unavailable';

  constructor(options?: ErrorOptions) {
    super('The database does not answer.', options);
    this.name = 'DatabaseUnavailable';
  }
}

/** The database refused this very member (class 22 or 23), or every batch (no space, wrong schema). Nothing of it was written. */
export class CommitRefused extends Error {
  readonly code = 'commit-refused';
  /** SQLSTATE. */
  readonly sqlstate: string;

  constructor(sqlstate: string, message: string, options: ErrorOptions) {
    super(message, options);
    this.name = 'CommitRefused';
    this.sqlstate = sqlstate;
  }
}

/** The committer was closed before this proposal was sent; nothing was written. */
export class CommitterClosed extends Error {
  readonly code = 'committer-closed';

  constructor() {
    super('The committer is closed.');
    this.name = 'CommitterClosed';
  }
}
