import { digests, ids } from '../examples/ids.ts';
import * as example from '../examples/requests.ts';
import { problem } from '../problems/problem.ts';
import { body, change, json } from '../route.ts';
import * as schema from '../schemas/bulk.ts';

const other = `asg_${ids.request.slice('req_'.length, -1)}9_0`;

export const bulkRoutes = {
  decideInBulk: change({
    id: 'decideInBulk',
    path: '/v1/bulk-decisions',
    summary: 'Decide a list of assignments',
    description:
      'Each item is a decision of its own, with a result of its own: those before and after it do not fall with it. Only where the step says `bulk`. Items of one request are decided in the order of the list. Sent again with the same key, it gives the same results and completes what was not done: an item that could not be looked up, or failed with 429 or 5xx, is tried again.',
    tag: 'Assignments',
    scope: 'decisions:write',
    actFor: 'required',
    body: body(schema.BulkDecisionInput, {
      example: {
        decision: 'approve',
        reason: 'Within the budget of the quarter',
        items: [
          { assignment: ids.assignment, revision: digests.revision },
          { assignment: other, revision: digests.revision },
        ],
      },
    }),
    answers: {
      200: json('A result for each item.', schema.BulkDecisionAnswer, {
        bulk: digests.sibling,
        recorded: 1,
        refused: 1,
        results: [
          {
            result: 'recorded',
            assignment: ids.assignment,
            seq: 118,
            leaf: digests.leaf,
            decision: { ...example.decision, bulk: digests.sibling },
            request: example.approved,
          },
          { result: 'refused', assignment: other, problem: problem('bulk-not-offered') },
        ],
      }),
    },
    // Of an item, in its result; so are those of a single decision.
    problems: ['bulk-not-offered'],
    stream: 'request',
    several: true,
  }),
} as const;
