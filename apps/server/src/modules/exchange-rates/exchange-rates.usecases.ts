import type { AnswerOf } from '@countersign/contract';
import { type DirectoryEvent, decideDirectory, type RateTable, rateTable } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Reply } from '../../http/call.ts';
import { change } from '../../http/change.ts';
import { ProblemError } from '../../http/problem.ts';
import { type DirectoryState, directoryStream, lastReceipt } from '../directory/index.ts';

export type ExchangeRateDeps = { readonly engine: Engine; readonly reader: Reader };

/** A table of rates: a change of the directory, since every submission that follows is decided by it. */
export async function publishExchangeRates(
  { engine, reader }: ExchangeRateDeps,
  call: Call<'publishExchangeRates'>,
): Promise<Reply> {
  const table = rateTable(call.body);
  const { replayed: _, ...reply } = await change<DirectoryState, DirectoryEvent>(engine, call, {
    ...directoryStream,
    command: { type: 'changeDirectory', data: null },
    decide(_state, { directory, now }) {
      const newest = directory.rates.get(table.source)?.findLast(({ date }) => date === table.date);
      if (newest?.digest === table.digest) return [];
      const command = { type: 'changeDirectory', changes: [{ change: 'rates', table }] } as const;
      const decided = decideDirectory(directory, command, now);
      if (!decided.ok)
        throw new ProblemError('validation-failed', {
          detail: decided.message,
          errors: decided.errors.map(({ field, code, message }) => ({
            field: field.replace('changes[0].table.', ''),
            code,
            message,
          })),
        });
      return { events: decided.events, data: command };
    },
    answer: ({ events }) => ({ status: events.length === 0 ? 200 : 201, body: present(table) }),
  });
  if (reply.status !== 200 || reply.headers?.['Countersign-Seq'] !== undefined) return reply;
  // Nothing had to change: the receipt is that of the entry that made the directory what it is.
  const last = await lastReceipt(reader, call.principal.environment, directoryStream.stream);
  const receipt = last === null ? {} : { 'Countersign-Seq': last.seq, 'Countersign-Leaf': last.leaf };
  return { ...reply, headers: { ...reply.headers, ...receipt } };
}

export const present = ({ rates, ...head }: RateTable): AnswerOf<'publishExchangeRates'>[201] => ({
  ...head,
  rates: { ...rates },
});
