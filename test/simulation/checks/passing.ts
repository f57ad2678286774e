/** Errors that the edge turns into 503, or that a reader tries again for. */
const PASSING = new Set([
  'OutcomeUnknown',
  'Overloaded',
  'DatabaseUnavailable',
  'CommitterClosed',
  'Contended',
]);

/** Does it say something about the world, and not that the server does not know what to do? */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    PASSING.has(error.name) ||
    /^(Connection terminated|timeout exceeded when|connect ECONNREFUSED|read ECONNRESET|Query read timeout)/.test(
      error.message,
    ) ||
    /^(08|40|53|57)/.test(code)
  );
}
