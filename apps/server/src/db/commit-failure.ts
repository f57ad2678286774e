import pg from 'pg';

/**
 * What an error of the commit says of its batch. Classes: PostgreSQL, appendix A.
 *
 * - conflict: rolled back for the sake of another; the same batch again.
 * - member: one member's data is at fault.
 * - lost: the outcome is unknown, or this server is not the one to write to; the same batch again, over a new connection.
 * - full: rolled back for want of disk or memory.
 * - all: rolled back, and would be again.
 */
export function failureOf(error: unknown): 'conflict' | 'member' | 'lost' | 'full' | 'all' {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const { code } = error;
    if (code === '40001' || code === '40P01') return 'conflict';
    if (code === '53100' || code === '53200') return 'full';
    // A standby, or the old primary that has become one: behind its address the new one will answer.
    if (code === '25006') return 'lost';
    // A migration gave the function another result type: a new connection makes a new plan.
    if (code === '0A000' && error.routine === 'RevalidateCachedQuery') return 'lost';
    const group = code.slice(0, 2);
    // 54: a value beyond a limit, such as an index row's size.
    if (group === '22' || group === '23' || group === '54') return 'member';
    // 57: shutting down, starting up, or cancelled by somebody else. 53: too many connections.
    if (group === '08' || group === '57' || group === '53') return 'lost';
    return 'all';
  }
  // Raised while encoding, before anything was sent.
  if (error instanceof TypeError || error instanceof RangeError) return 'member';
  // pg's own: connection terminated, ended, refused, timed out.
  return 'lost';
}
