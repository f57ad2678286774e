/** The embedded database could not be used; `message` says why, `action` says what a person can do. */
export class EmbeddedPostgresError extends Error {
  readonly code = 'embedded-postgres';
  readonly action: string;

  constructor(message: string, action: string, options?: ErrorOptions) {
    super(`${message} ${action}`, options);
    this.name = 'EmbeddedPostgresError';
    this.action = action;
  }
}
