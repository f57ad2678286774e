import { describe, expect, it } from 'vitest';
import { administration, request } from './domain.ts';
import { edge } from './edge.ts';
import { isProblemCode, isRetryable, Problem, problem, problemCodes, problems } from './problem.ts';

describe('problems', () => {
  it('have one meaning a code', () => {
    const count = [edge, request, administration].reduce((sum, table) => sum + Object.keys(table).length, 0);
    expect(problemCodes.length).toBe(count);
  });

  it.each(problemCodes)('%s says what happened and what to do', (code) => {
    const [status, title, action] = problems[code];
    expect(Problem.parse(problem(code))).toMatchObject({ status, title, action, code, errors: [] });
    expect(action).toMatch(/[.`]$/);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('tell what may be sent again', () => {
    expect(problemCodes.filter(isRetryable)).toEqual([
      'request-timeout',
      'idempotency-key-in-use',
      'rate-limited',
      'internal',
      'overloaded',
      'unavailable',
      'conflict',
    ]);
  });

  it('are told from the inherited members of objects', () => {
    expect(isProblemCode('not-found')).toBe(true);
    expect(isProblemCode('toString')).toBe(false);
  });
});
