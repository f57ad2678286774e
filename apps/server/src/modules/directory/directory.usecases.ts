import type { AnswerOf } from '@countersign/contract';
import type { DirectoryEvent } from '@countersign/core';
import type { SealedRow } from '../../db/commit-proposal.ts';
import { Contended, type Engine } from '../../engine/engine.ts';
import type { Lanes } from '../../engine/lanes.ts';
import type { Call, Reply } from '../../http/call.ts';
import { answeredBefore, type ChangeReply, change, idsOf } from '../../http/change.ts';
import { decideChanges, rowsOf, translate } from './directory.decide.ts';
import { lastReceipt } from './directory.known.ts';
import { DIRECTORY_STREAM, type DirectoryState, directoryStream } from './directory.model.ts';
import { type Plan, type PlanDeps, planChanges } from './directory.plan.ts';

export type ChangeDeps = PlanDeps & {
  readonly engine: Engine;
  /** Changes of one environment one after the other, so that none is planned in vain within this process. */
  readonly lanes: Lanes;
};

/** The directory has a later revision than the plan: names and profiles must be looked up again. */
class Moved extends Error {}
const PLANS = 10;

/** What is stored: user names are personal, and the caller's own repetition carries them. */
type Stored = {
  readonly revision: number;
  readonly people: readonly { readonly id: string; readonly at: number }[];
};

/** All of the batch, in order, or nothing. */
export async function changeDirectory(deps: ChangeDeps, call: Call<'changeDirectory'>): Promise<Reply> {
  const { environment } = call.principal;
  const reply = await deps.lanes.run(environment, async () => {
    const before = await answeredBefore(deps.engine, call);
    if (before !== null) return before;
    const ids = await idsOf(deps.engine, call);
    for (let plans = 1; plans <= PLANS; plans += 1) {
      const drawing = ids.fork();
      const plan = await planChanges(deps, environment, call.body.changes, drawing);
      try {
        return await carryOut(deps, call, plan, drawing);
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
      }
    }
    throw new Contended(DIRECTORY_STREAM, 'authority');
  });
  return finish(deps, call, reply);
}

function carryOut(
  { engine }: ChangeDeps,
  call: Call<'changeDirectory'>,
  plan: Plan,
  ids: Awaited<ReturnType<typeof idsOf>>,
): Promise<ChangeReply> {
  let revision = plan.revision;
  return change<DirectoryState, DirectoryEvent>(engine, call, {
    ...directoryStream,
    ids,
    command: { type: 'changeDirectory', data: null },
    decide(_state, { directory, now }) {
      // An earlier one only means that this process is behind; the commit refuses it, and it catches up.
      if (directory.revision > plan.revision) throw new Moved();
      revision = directory.revision;
      const translated = translate(plan.steps, directory);
      return { events: decideChanges(translated, directory, now), data: translated.command };
    },
    project: ({ events }) => ({
      writes: rowsOf(events, plan.indexes),
      sealed: sealedIn(events, plan.sealed),
    }),
    answer: ({ events }) => {
      const named = new Map(
        plan.steps.flatMap((step) => (step.change === 'person' ? [[step.person, step.at] as const] : [])),
      );
      const stored: Stored = {
        revision: events.length === 0 ? revision : 0,
        people: [...named].map(([id, at]) => ({ id, at })),
      };
      return { status: 200, body: stored };
    },
  });
}

function sealedIn(
  events: readonly DirectoryEvent[],
  sealed: ReadonlyMap<string, SealedRow>,
): readonly SealedRow[] {
  const items = new Set(
    events.flatMap((event) =>
      event.type === 'person.recorded' ? Object.values(event.profile).map((each) => each.sealed) : [],
    ),
  );
  return [...sealed.values()].filter((row) => items.has(row.item));
}

async function finish(deps: ChangeDeps, call: Call<'changeDirectory'>, reply: ChangeReply): Promise<Reply> {
  const { replayed: _, text, mediaType, ...rest } = reply;
  if (reply.status >= 400 || text === undefined) return reply;
  const stored: Stored = JSON.parse(text);
  const { changes } = call.body;
  const people = stored.people.map(({ id, at }) => {
    const named = changes[at];
    if (named?.change !== 'person') throw new Error(`changes[${at}] of the stored answer names no person`);
    return { id, userName: named.userName };
  });
  const seq = reply.headers?.['Countersign-Seq'];
  if (seq !== undefined) {
    const body: AnswerOf<'changeDirectory'>[200] = { revision: Number(seq), people };
    return { ...rest, body };
  }
  // Nothing had to change: the receipt is that of the entry that made it so.
  const last = await lastReceipt(deps.reader, call.principal.environment, DIRECTORY_STREAM);
  const receipt = last === null ? {} : { 'Countersign-Seq': last.seq, 'Countersign-Leaf': last.leaf };
  const body: AnswerOf<'changeDirectory'>[200] = { revision: stored.revision, people };
  return { ...rest, body, headers: { ...reply.headers, ...receipt } };
}
