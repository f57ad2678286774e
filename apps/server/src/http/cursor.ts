import { isBadText } from './json.ts';
import { ProblemError } from './problem.ts';

/** An opaque cursor: where the last page ended, bound to the filters it was made with. */
export const makeCursor = (filters: object, at: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([bindingOf(filters), ...at])).toString('base64url');

/** Reads a cursor back; one of other filters, or not of ours, is refused. */
export function readCursor(filters: {
  readonly cursor?: string | undefined;
}): readonly (string | number)[] | null {
  if (filters.cursor === undefined) return null;
  const parsed = parse(filters.cursor);
  if (parsed === null || parsed[0] !== bindingOf(filters)) {
    throw new ProblemError('cursor-invalid', {
      errors: [
        { field: 'cursor', code: 'invalid', message: 'Not a cursor of this list with these filters.' },
      ],
    });
  }
  return parsed.slice(1);
}

function parse(cursor: string): (string | number)[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && value.every((v) => typeof v === 'string' || typeof v === 'number')
      ? value
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function bindingOf(filters: object): string {
  const { cursor: _c, limit: _l, ...rest } = filters as { cursor?: unknown; limit?: unknown };
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A number from a cursor's place; anything else is not our cursor. */
export function numberAt(cursor: readonly (string | number)[], index: number): number {
  const value = cursor[index];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new ProblemError('cursor-invalid');
}

/** The same for a text. */
export function textAt(cursor: readonly (string | number)[], index: number): string {
  const value = cursor[index];
  if (typeof value === 'string' && !isBadText(value)) return value;
  throw new ProblemError('cursor-invalid');
}
