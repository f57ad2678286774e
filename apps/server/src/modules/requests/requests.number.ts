import type { RequestEvent, RequestState } from '@countersign/core';
import type { ChangeReply } from '../../http/change.ts';
import type { RequestDeps } from './requests.ports.ts';
import { createdSeqOf } from './requests.queries.ts';

/**
 * A number ends in the place in the log of the entry that filed its request (SEMANTICS 24). What is stored with an entry
 * does not know it: there the end is missing, and is added on the way out.
 */
export const numberOf = (
  { number }: Pick<RequestState, 'number'>,
  createdSeq: number | null,
): string | null => (number === undefined ? null : `${number}${createdSeq ?? ''}`);

/** Of an answer, as it is stored. */
type Stored = { readonly id: string; readonly version: number; readonly number: string | null };
type RequestReply = ChangeReply<RequestState, RequestEvent>;
type Headers = RequestReply['headers'];

/** The whole number. */
export async function completed(
  { reader }: Pick<RequestDeps, 'reader'>,
  environment: string,
  { id, version, number }: Stored,
  headers: Headers,
): Promise<string | null> {
  if (number === null) return null;
  // The first entry has just been written: its receipt says where.
  const seq =
    version === 1
      ? Number(headers?.['Countersign-Seq'])
      : await createdSeqOf(reader.readAs(environment), environment, id);
  return `${number}${seq}`;
}

/** An answer that holds the summary of a request, with its number. */
export async function withNumber(
  deps: Pick<RequestDeps, 'reader'>,
  environment: string,
  reply: RequestReply,
): Promise<RequestReply> {
  const { status, text, made, headers } = reply;
  if (status >= 400 || text === undefined || (made !== null && made.after.number === undefined)) return reply;
  const body: { readonly request: Stored } = JSON.parse(text);
  if (body.request.number === null) return reply;
  const number = await completed(deps, environment, body.request, headers);
  return { ...reply, text: JSON.stringify({ ...body, request: { ...body.request, number } }) };
}
