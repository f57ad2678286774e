import type { AnswerOf } from '@countersign/contract';
import { proveConsistency, proveInclusion, toHex, treeRoot } from '@countersign/ledger';
import { buildTree, headOf, type SignedCheckpoint, tileReader } from '../../engine/tree/index.ts';
import type { Call, Reply } from '../../http/call.ts';
import { ProblemError } from '../../http/problem.ts';
import { entryAt } from './audit.entries.ts';
import type { AuditDeps } from './audit.ports.ts';

export async function getCheckpoint(deps: AuditDeps, call: Call<'getCheckpoint'>): Promise<Reply> {
  return { status: 200, body: present(await deps.checkpoints.atHead(call.principal.environment)) };
}

export async function getInclusionProof(deps: AuditDeps, call: Call<'getInclusionProof'>): Promise<Reply> {
  const { environment } = call.principal;
  const { seq } = call.params;
  const entry = await entryAt(deps, environment, seq);
  const checkpoint = await checkpointFor(deps, environment, call.query.size);
  const size = call.query.size ?? checkpoint?.size ?? 0;
  if (size < seq) throw unavailable(`A tree of ${size} entries does not hold entry ${seq}.`, size);
  const tiles = tileReader(deps.reader.readAs(environment), environment);
  const body: AnswerOf<'getInclusionProof'>[200] = {
    seq,
    leafIndex: seq - 1,
    leafHash: toHex(entry.leafHash),
    size,
    root: toHex(await treeRoot(tiles, size)),
    proof: (await proveInclusion(tiles, seq - 1, size)).map(toHex),
    checkpoint: checkpoint === null ? null : present(checkpoint),
  };
  return { status: 200, body };
}

export async function getConsistencyProof(
  deps: AuditDeps,
  call: Call<'getConsistencyProof'>,
): Promise<Reply> {
  const { environment } = call.principal;
  const { from } = call.query;
  const checkpoint = await checkpointFor(deps, environment, call.query.to);
  const to = call.query.to ?? checkpoint?.size ?? 0;
  if (from > to) throw unavailable(`A tree of ${to} entries is no later state of one of ${from}.`, to);
  const tiles = tileReader(deps.reader.readAs(environment), environment);
  const body: AnswerOf<'getConsistencyProof'>[200] = {
    from,
    to,
    fromRoot: toHex(await treeRoot(tiles, from)),
    toRoot: toHex(await treeRoot(tiles, to)),
    // Every tree extends the empty one; RFC 9162 has no proof for it.
    proof: from === 0 ? [] : (await proveConsistency(tiles, from, to)).map(toHex),
  };
  return { status: 200, body };
}

/**
 * The newest checkpoint, signed now where it does not cover the head yet; or that of the size asked for, where one
 * was signed. Afterwards the tiles reach the size.
 */
async function checkpointFor(
  { reader, checkpoints }: AuditDeps,
  environment: string,
  size: number | undefined,
): Promise<SignedCheckpoint | null> {
  if (size === undefined) return checkpoints.atHead(environment);
  const read = reader.readAs(environment);
  const head = await headOf(read, environment);
  if (size > head) throw unavailable(`The log has ${head} entries.`, head);
  await buildTree(read, environment, size);
  return checkpoints.ofSize(environment, size);
}

const unavailable = (detail: string, size: number): ProblemError =>
  new ProblemError('tree-size-unavailable', { detail, data: { size } });

const present = ({ origin, size, root, note, verifierKey }: SignedCheckpoint) =>
  ({ origin, size, root: toHex(root), note, verifierKey }) satisfies AnswerOf<'getCheckpoint'>[200];
