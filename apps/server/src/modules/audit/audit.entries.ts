import type { AnswerOf } from '@countersign/contract';
import { toBase64, toHex } from '@countersign/ledger';
import { type LogEntry, readEntries } from '../../engine/readers/index.ts';
import { headOf } from '../../engine/tree/index.ts';
import type { Call, Reply } from '../../http/call.ts';
import { notFound } from '../../http/problem.ts';
import type { AuditDeps } from './audit.ports.ts';

type Entry = AnswerOf<'getAuditEntry'>[200];

/** Bytes of leaves in one page: a page may hold fewer entries than asked for, and never none of those there are. */
export const PAGE_BYTES = 4 << 20;

export async function listAuditEntries(deps: AuditDeps, call: Call<'listAuditEntries'>): Promise<Reply> {
  const { environment } = call.principal;
  const { after, limit } = call.query;
  const read = deps.reader.readAs(environment);
  const head = await headOf(read, environment);
  const page = { after, to: head, rows: limit, bytes: PAGE_BYTES };
  const entries = await readEntries(read, environment, page);
  const body: AnswerOf<'listAuditEntries'>[200] = {
    items: entries.map(present),
    nextAfter: entries.at(-1)?.seq ?? after,
    head,
  };
  return { status: 200, body };
}

export async function getAuditEntry(deps: AuditDeps, call: Call<'getAuditEntry'>): Promise<Reply> {
  return { status: 200, body: present(await entryAt(deps, call.principal.environment, call.params.seq)) };
}

export async function entryAt({ reader }: AuditDeps, environment: string, seq: number): Promise<LogEntry> {
  const page = { after: seq - 1, to: seq, rows: 1, bytes: 1 };
  const [entry] = await readEntries(reader.readAs(environment), environment, page);
  if (entry === undefined) throw notFound(`audit entry ${seq}`);
  return entry;
}

const present = ({ seq, leaf, leafHash }: LogEntry): Entry => ({
  seq,
  leaf: toBase64(leaf),
  hash: toHex(leafHash),
});
