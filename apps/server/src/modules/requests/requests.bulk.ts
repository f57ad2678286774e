import { createHash } from 'node:crypto';
import type { AnswerOf, Problem } from '@countersign/contract';
import { bulkDigest } from '@countersign/core';
import { eachOf } from '../../engine/readers/commands.ts';
import type { Call, Reply } from '../../http/call.ts';
import type { ChangeCall } from '../../http/change.ts';
import { fromPipeline, isForOperator } from '../../http/faults.ts';
import { ProblemError } from '../../http/problem.ts';
import { recordDecision } from './requests.decisions.ts';
import type { RequestDeps } from './requests.ports.ts';
import { splitId } from './requests.present.ts';
import type { RequestReply } from './requests.run.ts';

type Body = Call<'decideInBulk'>['body'];
type Item = Body['items'][number];
type Answer = AnswerOf<'decideInBulk'>[200];
type Result = Answer['results'][number];
type Done = { readonly result: Result; readonly refusal: ProblemError | null };

/** Commands under way at once: they share commits, and leave room in the engine for everybody else. */
const AT_ONCE = 16;

/**
 * Decides a list: each item by a command of its own, through the one `decide`, under a key that follows from the call's
 * and the item. So a call that is repeated gets what it got, and one that died half-way is completed by its repeat.
 */
export async function decideInBulk(deps: RequestDeps, call: Call<'decideInBulk'>): Promise<Reply> {
  const { body } = call;
  const bulk = bulkDigest({
    decision: body.decision,
    reason: body.reason ?? null,
    reasonCode: body.reasonCode ?? null,
    items: body.items.map((item) => ({ ...item, onBehalfOf: item.onBehalfOf ?? null })),
  });
  const isRepeated = await claim(deps, call);
  const done = await decideAll(body.items, (item) => decideItem(deps, call, item, bulk));
  const results = done.map(({ result }) => result);
  const recorded = results.filter(({ result }) => result === 'recorded').length;
  const answer: Answer = { bulk, recorded, refused: results.length - recorded, results };
  return {
    status: 200,
    body: answer,
    ...(isRepeated ? { headers: { 'Idempotency-Replayed': 'true' } } : {}),
    refusals: done.flatMap(({ refusal }) => (refusal?.isRefusal ? [refusal] : [])),
  };
}

/** The call's key names the whole list: with another one it is refused, before any item is. Was it sent before? */
async function claim({ engine }: RequestDeps, call: ChangeCall): Promise<boolean> {
  const { principal, idempotencyKey: key, requestDigest: digest } = call;
  if (key === null) throw new ProblemError('idempotency-key-missing');
  const claimed = await engine.claim(principal.environment, {
    principal: principal.serviceAccount,
    key,
    digest,
  });
  if (claimed === 'key-reused')
    throw new ProblemError('idempotency-key-reused', {
      detail: 'This key was used for another call, or with another list.',
    });
  return claimed === 'again';
}

/** Items of one request one after the other, in the order of the list, so that the results do not depend on chance. */
async function decideAll(items: readonly Item[], decide: (item: Item) => Promise<Done>): Promise<Done[]> {
  const places = items.map((item, i) => ({ item, i }));
  const requests = Map.groupBy(places, ({ item }) => splitId(item.assignment).request);
  const done: Done[] = [];
  await eachOf([...requests.values()], AT_ONCE, async (group) => {
    for (const { item, i } of group) done[i] = await decide(item);
  });
  return done;
}

async function decideItem(
  deps: RequestDeps,
  call: Call<'decideInBulk'>,
  { assignment, revision, onBehalfOf }: Item,
  bulk: string,
): Promise<Done> {
  const { decision, reason, reasonCode, comment } = call.body;
  try {
    const said = { decision, reason, reasonCode, comment };
    const item = { assignment, revision, onBehalfOf, bulk };
    const reply = await recordDecision(deps, itemCall(call, assignment), { ...said, ...item });
    return { result: resultOf(assignment, reply), refusal: null };
  } catch (error) {
    const problem = error instanceof ProblemError ? error : fromPipeline(error);
    // Of the others, each is settled first. The call fails, is told to the operator, and is completed by its repeat.
    if (problem === null || problem.code === 'internal' || isForOperator(error)) throw error;
    const told = problem.answer(call.correlationId).body;
    return { result: { result: 'refused', assignment, problem: told }, refusal: problem };
  }
}

/** A space stands in no key of a client, so an item's is nobody else's. */
const itemCall = (call: Call<'decideInBulk'>, assignment: string): ChangeCall => ({
  ...call,
  idempotencyKey: `bulk ${hex(`${call.idempotencyKey}\n${assignment}`)}`,
});

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Our own answer, as it was stored or is about to be. */
function resultOf(assignment: string, { status, text, headers }: RequestReply): Result {
  if (text === undefined) throw new Error(`the decision on ${assignment} has no answer`);
  if (status >= 400) {
    const problem: Problem = JSON.parse(text);
    return { result: 'refused', assignment, problem };
  }
  const {
    decision,
    request,
  }: Pick<Extract<Result, { result: 'recorded' }>, 'decision' | 'request'> = JSON.parse(text);
  const { 'Countersign-Seq': seq, 'Countersign-Leaf': leaf } = headers ?? {};
  return { result: 'recorded', assignment, seq: Number(seq), leaf: String(leaf), decision, request };
}
