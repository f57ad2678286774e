/** Visible ASCII without quotes and backslashes, 1 to 128 characters: safe in headers, logs and events. */
const ACCEPTED = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** The caller's Correlation-Id where it is usable, or a new one from `make`. */
export function correlationId(header: string | readonly string[] | undefined, make: () => string): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : make();
}
