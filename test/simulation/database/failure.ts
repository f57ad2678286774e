import pg from 'pg';

/** An error as PostgreSQL reports it. */
export function failure(code: string, message: string): pg.DatabaseError {
  const error = new pg.DatabaseError(message, message.length, 'error');
  error.code = code;
  return error;
}
