import { type Answered, atRate, inTurn } from './arrivals.ts';
import { residentMiB } from './processes.ts';
import { type Played, play, type Stage, type StageOptions } from './stage.ts';
import { filed } from './world.ts';

export type OverloadOptions = StageOptions & {
  /** Of the overload. */
  readonly seconds: number;
  /** Of each phase before and after it; 20 by default. */
  readonly besides?: number;
  readonly connections: number;
  /** How many times what the server sustains. */
  readonly times: number;
};

/** Milliseconds; counts. */
export type Phase = {
  readonly name: string;
  readonly offeredPerSecond: number;
  readonly acceptedPerSecond: number;
  readonly rejectedPerSecond: number;
  readonly accepted: Quantiles;
  readonly rejected: Quantiles;
  /** Of the server, MiB: at the end and at the most. */
  readonly memory: { readonly end: number; readonly most: number };
};

type Quantiles = { readonly p50: number; readonly p99: number; readonly worst: number };

/** The same calls all along: file a request. What is accepted is held against the log at the end. */
export function overload(options: OverloadOptions): Promise<Played<readonly Phase[]>> {
  const { besides = 20 } = options;
  return play({ ...options, clients: 1 }, async (stage) => {
    const phases: Phase[] = [];
    const run = async (name: string, seconds: number, perSecond: number | null): Promise<Phase> => {
      const one = await phase(stage, { name, seconds, perSecond, connections: options.connections });
      phases.push(one);
      options.tell(JSON.stringify(one));
      return one;
    };
    await run('warming up', besides, null);
    const sustained = (await run('sustained, 64 in turn', besides, null)).acceptedPerSecond;
    await run('a tenth of it', besides, sustained / 10);
    await run(`${options.times} times it`, options.seconds, sustained * options.times);
    await run('a tenth of it, at once after', besides, sustained / 10);
    // An ordinary client finds the server as it was, and ends by holding log and journal together.
    const clients = stage.load();
    await clients.acceptedAfter(performance.now());
    await stage.settle(clients);
    return phases;
  });
}

type PhaseOptions = {
  readonly name: string;
  readonly seconds: number;
  /** Null: in turn, over 64 connections. */
  readonly perSecond: number | null;
  readonly connections: number;
};

async function phase(stage: Stage, { name, seconds, perSecond, connections }: PhaseOptions): Promise<Phase> {
  const [accepted, rejected]: [number[], number[]] = [[], []];
  const answered = ({ command, answer, milliseconds }: Answered): void => {
    if (!('headers' in answer)) return stage.note([`${name}: ${answer.status} after ${milliseconds} ms`]);
    if (answer.status < 300) {
      stage.journal.acknowledged(command, answer);
      accepted.push(milliseconds);
      return;
    }
    if ((answer.status !== 503 && answer.status !== 429) || answer.headers['retry-after'] === undefined)
      stage.note([`${name}: ${answer.status} ${answer.body.slice(0, 200)}`]);
    rejected.push(milliseconds);
  };
  const next = () => {
    const command = filed(stage.world);
    stage.journal.sent(command);
    return command;
  };
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, residentMiB(stage.one.pid()));
  }, 500);
  const common = { port: stage.one.port, seconds, next, answered };
  const start = performance.now();
  const arrived =
    perSecond === null
      ? await inTurn({ ...common, connections: 64 }).then(() => null)
      : await atRate({ ...common, perSecond, connections });
  const took = (performance.now() - start) / 1000;
  clearInterval(look);
  return {
    name,
    offeredPerSecond:
      (arrived === null ? accepted.length + rejected.length : arrived.sent + arrived.unsent) / took,
    acceptedPerSecond: accepted.length / took,
    rejectedPerSecond: rejected.length / took,
    accepted: quantiles(accepted),
    rejected: quantiles(rejected),
    memory: { end: residentMiB(stage.one.pid()), most },
  };
}

function quantiles(values: number[]): Quantiles {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), worst: at(1) };
}
