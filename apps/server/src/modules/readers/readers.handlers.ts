import type { AnswerOf } from '@countersign/contract';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import { handleAgain, isSetAside, listSetAside, type Subscription } from '../../engine/readers/index.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import { answeredBefore, change } from '../../http/change.ts';
import { makeCursor, numberAt, readCursor, textAt } from '../../http/cursor.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { HANDLING_STREAM, type HandlingEvent, type HandlingState, handlingFold } from './readers.model.ts';

export type ReaderDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly subscriptions: readonly Subscription[];
};

type ReaderHandlers = Pick<Handlers, 'listSetAsideEntries' | 'handleSetAsideEntry'>;

/** What the readers of the log could not handle (R104): seen by a person, and given to its reader again. */
export const readerHandlers = (deps: ReaderDeps): ReaderHandlers => ({
  async listSetAsideEntries({ principal, query }) {
    const cursor = readCursor(query);
    const after = cursor === null ? null : { seq: numberAt(cursor, 0), reader: textAt(cursor, 1) };
    const found = await listSetAside(deps.reader, principal.environment, after, query.limit + 1);
    const items = found.slice(0, query.limit);
    const last = found.length > items.length ? items.at(-1) : undefined;
    const body: AnswerOf<'listSetAsideEntries'>[200] = {
      items,
      nextCursor: last === undefined ? null : makeCursor(query, [last.seq, last.reader]),
    };
    return { status: 200, body };
  },
  handleSetAsideEntry: (call) => handleEntry(deps, call),
});

/**
 * The work first, then the entry that says so and takes the row away in one commit: a process that dies between them
 * leaves the entry set aside, and the work, which may be done twice, is done again.
 */
async function handleEntry(
  { engine, reader, subscriptions }: ReaderDeps,
  call: Call<'handleSetAsideEntry'>,
): Promise<Reply> {
  const { environment } = call.principal;
  const { seq } = call.params;
  const { reader: name } = call.body;
  const before = await answeredBefore(engine, call);
  if (before !== null) return before;
  const subscription = subscriptions.find((one) => one.name === name);
  if (subscription === undefined || !(await isSetAside(reader, environment, name, seq)))
    throw notFound('entry that this reader has set aside');
  try {
    await handleAgain(reader, subscription, environment, seq);
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new ProblemError('still-failing', {
      detail: `The reader ${name} still cannot handle entry ${seq}: ${why}`,
      data: { reader: name, seq },
    });
  }
  return change<HandlingState, HandlingEvent>(engine, call, {
    stream: HANDLING_STREAM,
    kind: 'environment',
    fold: handlingFold,
    command: { type: 'handleAgain', data: { reader: name, seq } },
    decide: () => [{ type: 'set-aside-entry.handled', reader: name, seq }],
    project: () => ({ writes: { set_aside_handled: [{ reader: name, seq }] } }),
    answer: ({ now }) => ({ status: 200, body: { reader: name, seq, handledAt: now } }),
  });
}
