import type { ApprovalRequest, AssignmentDetail, Client } from '@countersign/sdk';
import { Refused, UsageError } from './errors.ts';
import { content } from './request-view.ts';

/** Acts on an assignment are a person's. */
export function personWho(as: string | undefined): string {
  if (as === undefined) throw new UsageError('A person decides: say which with --as <person>.');
  return as;
}

/** What a place is about, and the revision that is acted on, as it is shown. */
export type Served = {
  readonly assignment: AssignmentDetail;
  readonly request: ApprovalRequest;
  readonly text: string;
};

/** Reads a place with its request. What is shown must be what is acted on (N5): one revision, and the `expected` one. */
export async function servedPlace(client: Client, id: string, expected: string | undefined): Promise<Served> {
  const { data: assignment } = await client.getAssignment({ path: { assignment: id } });
  const { data: request } = await client.getApprovalRequest({ path: { request: assignment.request } });
  const { revision } = request;
  if (revision.digest !== assignment.revision.digest || (expected ?? revision.digest) !== revision.digest)
    throw new Refused(
      'revision-mismatch',
      `Revision ${revision.number} (${revision.digest}) is current now: look at it first.`,
    );
  const text = `Step ${assignment.step} of ${request.definition.name} ${request.externalReference ?? request.id}, revision ${revision.number} (${revision.digest.slice(0, 12)}…)\n${content(request)}`;
  return { assignment, request, text };
}
