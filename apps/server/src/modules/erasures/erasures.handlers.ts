import type { AnswerOf } from '@countersign/contract';
import { toHex } from '@countersign/ledger';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { KeyStore, Sealer } from '../../engine/seal/index.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import { change } from '../../http/change.ts';
import type { Principal } from '../../http/principal.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { ERASURE_STREAM, type ErasureEvent, type ErasureState, erasureFold } from './erasures.model.ts';
import { erasuresIn, purge } from './erasures.purge.ts';

export type ErasureDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly keys: KeyStore;
  readonly sealer: Sealer;
};

type Certificate = AnswerOf<'createErasure'>[201];

export const erasureHandlers = (deps: ErasureDeps): Pick<Handlers, 'createErasure' | 'getErasure'> => ({
  createErasure: (call) => createErasure(deps, call),
  async getErasure({ principal, params }) {
    const { certificate } = await find(deps.reader, principal.environment, params.erasure);
    await assertSubject(deps.reader, principal, certificate.subject);
    return { status: 200, body: certificate };
  },
});

/**
 * Entry first, key next, answer last: a process that dies between them leaves an entry, and its reader finishes. The
 * answer is not given before the key is gone, when it is repeated neither.
 */
async function createErasure(deps: ErasureDeps, call: Call<'createErasure'>): Promise<Reply> {
  const { environment } = call.principal;
  const { subject, reason = null } = call.body;
  await assertSubject(deps.reader, call.principal, subject);
  const erased: ErasureEvent[] = [];
  for (const owner of [subject, ...(await documentsOf(deps.reader, environment, subject))]) {
    const items = await deps.sealer.sealedFor(environment, owner);
    erased.push({ type: 'erasure.recorded', subject: owner, reason, items });
  }
  const { replayed, ...reply } = await change<ErasureState, ErasureEvent>(deps.engine, call, {
    stream: ERASURE_STREAM,
    kind: 'environment',
    fold: erasureFold,
    command: { type: 'erase', data: { subject, reason } },
    decide(state) {
      if (state?.subjects[subject] !== undefined) {
        throw new ProblemError('erased', { detail: `The personal data of ${subject} was erased before.` });
      }
      return erased.filter((event) => state?.subjects[event.subject] === undefined);
    },
    // Only where to find it: `seq` and leaf are known once it stands in the log.
    answer: ({ commandId }) => ({ status: 201, body: { id: commandId } }),
  });
  if (reply.status !== 201 || reply.text === undefined) return reply;
  const { id }: { id: string } = JSON.parse(reply.text);
  const { leaf, certificate } = await find(deps.reader, environment, id);
  for (const erasure of erasuresIn(environment, leaf)) await purge(deps, erasure);
  const headers = {
    'Countersign-Seq': certificate.seq,
    'Countersign-Leaf': certificate.leaf,
    ...(replayed ? { 'Idempotency-Replayed': 'true' } : {}),
  };
  return { status: 201, body: certificate, headers };
}

/** What a person wrote stands in requests of every definition, so a key that covers some only may not erase it. */
async function assertSubject(
  reader: Reader,
  { environment, definitions, scopes }: Principal,
  subject: string,
): Promise<void> {
  const person = subject.startsWith('usr_');
  if (person && definitions !== null) {
    throw new ProblemError('forbidden-definition', {
      detail: 'This key covers some definitions only; the data of a person stands in all.',
      data: { definitions: [...definitions] },
    });
  }
  const rows = await reader.readAs(environment).query(
    person
      ? 'select from countersign.person where environment_id = $1 and person = $2 limit 1'
      : `select from countersign.request
            where environment_id = $1 and stream_id = $2 and ($3::text[] is null or definition = any($3))
              and ($4::boolean or not exists (select from countersign.restricted x
                     where x.environment_id = $1 and x.stream_id = $2 and x.confidential))`,
    person
      ? [environment, subject]
      : [environment, subject, definitions, scopes.has('requests:confidential')],
  );
  if (rows.length > 0) return;
  if (!person) throw notFound('approval request');
  throw new ProblemError('unknown-person', {
    detail: `There is no person ${subject} here.`,
    data: { person: subject },
  });
}

/** Documents that any revision of a request has named, or that were added to support it: their file names go with it. Their bytes stay, as evidence. */
async function documentsOf(reader: Reader, environment: string, subject: string): Promise<string[]> {
  if (!subject.startsWith('req_')) return [];
  const rows = await reader.readAs(environment).query<{ document: string }>(
    `select distinct d.named #>> '{}' as document from countersign.entry e
      cross join lateral (
        select jsonb_path_query(l.leaf, '$.events[*].revision.documents.*[*].document')
          from (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
        union all
        select jsonb_path_query(l.leaf, '$.events[*].comment.files[*].document')
          from (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l) as d(named)
      where e.environment_id = $1 and e.stream_id = $2 order by 1`,
    [environment, subject],
  );
  return rows.map(({ document }) => document);
}

type Row = { seq: number; leaf: Buffer; leaf_hash: Buffer };

async function find(
  reader: Reader,
  environment: string,
  id: string,
): Promise<{ readonly leaf: Buffer; readonly certificate: Certificate }> {
  const rows = await reader.readAs(environment).query<Row>(
    `select seq, leaf, leaf_hash from countersign.entry
      where environment_id = $1 and command_id = $2 and stream_id = $3`,
    [environment, id, ERASURE_STREAM],
  );
  const row = rows[0];
  if (row === undefined) throw notFound('erasure');
  const { now, events }: { now: string; events: readonly ErasureEvent[] } = JSON.parse(
    row.leaf.toString('utf8'),
  );
  const event = events[0];
  if (event === undefined) throw new Error(`the erasure ${id} has no event`);
  const { subject, reason } = event;
  const items = events.flatMap((each) => each.items);
  const certificate = {
    id,
    subject,
    reason,
    erasedAt: now,
    items: items.map((item) => ({ ...item })),
    seq: row.seq,
    leaf: toHex(row.leaf_hash),
  };
  return { leaf: row.leaf, certificate };
}
