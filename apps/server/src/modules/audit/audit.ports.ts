import type { Reader } from '../../db/read.ts';
import type { Checkpoints } from '../../engine/tree/index.ts';
import type { Principal } from '../../http/principal.ts';
import { ProblemError } from '../../http/problem.ts';

export type AuditDeps = { readonly reader: Reader; readonly checkpoints: Checkpoints };

/** The log tells of everything, so a key that covers some definitions only may not read it. */
export function assertWholeLog({ definitions }: Principal): void {
  if (definitions === null) return;
  throw new ProblemError('forbidden-definition', {
    detail: 'This key covers some definitions only; the log covers all. Use a key without that limit.',
    data: { definitions: [...definitions] },
  });
}
