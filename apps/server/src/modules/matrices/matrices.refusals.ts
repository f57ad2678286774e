import { type Approver, type Directory, decideMatrix, type MatrixVersion } from '@countersign/core';
import { ProblemError } from '../../http/problem.ts';
import type { MatrixEvent } from './matrices.model.ts';

/** Decides as the verifier will, and turns a refusal into its problem. */
export function decided(...of: Parameters<typeof decideMatrix>): readonly MatrixEvent[] {
  const result = decideMatrix(...of);
  if (result.ok) return result.events.filter(isOfMatrix);
  const { code, message } = result;
  throw new ProblemError(code === 'no-proposal' ? 'not-found' : code, { detail: message });
}

const isOfMatrix = (event: { readonly type: string }): event is MatrixEvent =>
  event.type.startsWith('matrix.');

/** A limit that nobody holds would block whatever it covers, and a change that nobody may approve would wait for ever. */
export function refuseUnknown(matrix: MatrixVersion, directory: Directory): void {
  const named = [
    ...matrix.rows.map(({ approver }, i) => ({ field: `rows[${i}].approver`, approver })),
    ...(matrix.fallback === null ? [] : [{ field: 'fallback', approver: matrix.fallback }]),
    ...(matrix.approvedBy === undefined ? [] : [{ field: 'approvedBy', approver: matrix.approvedBy }]),
  ];
  const errors = named.flatMap(({ field, approver }) => {
    const fault = unknown(approver, directory);
    return fault === null ? [] : [{ field, ...fault }];
  });
  const [first] = errors;
  if (first === undefined) return;
  throw new ProblemError(first.code, { detail: first.message, errors: errors.slice(0, 100) });
}

function unknown(approver: Approver, directory: Directory) {
  if ('user' in approver && !directory.people.has(approver.user))
    return { code: 'unknown-person', message: `There is no person ${approver.user}.` } as const;
  if ('group' in approver && !directory.groups.has(approver.group))
    return { code: 'unknown-group', message: `There is no group ${approver.group}.` } as const;
  if ('role' in approver && !directory.roles.has(approver.role))
    return { code: 'unknown-role', message: `There is no role ${approver.role}.` } as const;
  return null;
}
