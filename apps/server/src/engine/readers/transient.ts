import pg from 'pg';
import { CommitterClosed, DatabaseUnavailable, OutcomeUnknown, Overloaded } from '../../db/commit-errors.ts';
import { NoPrimary } from '../../db/primary.ts';
import { Contended } from '../engine.ts';

/**
 * Whether an error says something about the world and not about the entry: then the entry is tried again for as long
 * as it takes, and never set aside. Classes: PostgreSQL, appendix A.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    // A standby, before it is promoted.
    if (error.code === '25006') return true;
    return ['08', '40', '53', '55', '57', '58'].includes(error.code.slice(0, 2));
  }
  if (error instanceof Overloaded || error instanceof CommitterClosed || error instanceof Contended)
    return true;
  if (error instanceof OutcomeUnknown || error instanceof DatabaseUnavailable) return true;
  if (error instanceof NoPrimary) return true;
  // Node's system errors, and pg's own about a connection that ended or could not be had.
  if (!(error instanceof Error)) return false;
  return (
    'errno' in error ||
    /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect)/.test(error.message)
  );
}
