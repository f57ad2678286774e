import { type DefinitionProblem, type MatrixVersion, parseMatrix } from '@countersign/core';
import { ProblemError } from '../../http/problem.ts';

/** Where a finding stands, as the API tells it. */
export const fieldErrors = (problems: readonly DefinitionProblem[]) =>
  problems.slice(0, 100).map(({ code, message, path, line, column }) => ({
    field: path === '' ? 'source' : path,
    code,
    message,
    ...(line > 0 ? { line, column: Math.max(column, 1) } : {}),
  }));

export function parsed(source: string, options: Parameters<typeof parseMatrix>[1]): MatrixVersion {
  const result = parseMatrix(source, options);
  if (result.ok) return result.matrix;
  const [first] = result.problems;
  const place = first === undefined || first.line === 0 ? '' : `Line ${first.line}, column ${first.column}: `;
  throw new ProblemError('matrix-invalid', {
    detail: `${place}${first?.message ?? 'The matrix has errors.'}`,
    errors: fieldErrors(result.problems),
  });
}
