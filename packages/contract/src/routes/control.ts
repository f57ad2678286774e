import { z } from 'zod';
import { digests } from '../examples/ids.ts';
import * as example from '../examples/requests.ts';
import { body, change, json } from '../route.ts';
import * as schema from '../schemas/control.ts';
import { ApprovalRequest } from '../schemas/requests.ts';
import { AssignmentId } from '../schemas/values.ts';

const current = json('The request after the command.', ApprovalRequest, example.approvalRequest);
const place = {
  tag: 'Assignments',
  params: z.strictObject({ assignment: AssignmentId }),
  scope: 'decisions:write',
  actFor: 'required',
  stream: 'request',
  etag: true,
  answers: { 200: current },
} as const;
const asForDecisions = [
  'revision-mismatch',
  'assignment-not-open',
  'already-decided',
  'deadline-passed',
  'request-not-active',
  'on-hold',
  'not-eligible',
  'excluded',
  'delegation-out-of-scope',
  'name-authority',
  'unknown-person',
] as const;

/** What people do to a route beside deciding: each only ever asks more of it, or is marked. */
export const controlRoutes = {
  reworkAssignment: change({
    ...place,
    id: 'reworkAssignment',
    path: '/v1/assignments/{assignment}/rework',
    summary: 'Send back to an earlier step of the same revision',
    description:
      'Voids the decisions of that step and of every later one, and asks them again. Whoever may decide the assignment may do this, and keeps their place.',
    body: body(schema.ReworkInput, {
      example: {
        to: 'finance',
        revision: digests.revision,
        reason: 'The quote was compared with the wrong offer',
      },
    }),
    problems: ['not-earlier', ...asForDecisions],
  }),
} as const;
