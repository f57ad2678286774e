import { setTimeout as sleep } from 'node:timers/promises';
import type { Acknowledged, Command, Journal } from './journal.ts';
import { type Answer, type Line, line } from './line.ts';
import { approved, filed, uploaded, type World } from './world.ts';

/** Longer than any promise of the server: whoever waits so long was left hanging. */
const PATIENCE_MS = 10_000;
/** Then whatever is under test does not come back. */
const GIVE_UP_MS = 90_000;

export type Seen = {
  /** Answers and silences by status. */
  readonly statuses: Map<string, number>;
  /** What must never come: a hang, a refusal to wait without Retry-After, an answer that no client can act on. */
  readonly wrong: string[];
  /** The slowest answer or silence, ms. */
  slowest: number;
};

export type Clients = {
  readonly seen: Seen;
  /** Resolves with the moment (performance.now) at which a command was accepted that was sent first after `since`. */
  acceptedAfter(since: number): Promise<number>;
  /** Everybody ends the command under way: none is left whose outcome is unknown. */
  stop(): Promise<void>;
};

export type Load = {
  readonly port: number;
  readonly world: World;
  readonly journal: Journal;
  readonly clients: number;
  /** Bytes of a document that every tenth round uploads; 0 for none. */
  readonly document: number;
};

/** Clients that file and approve, and send what was not answered again under its key until it is. */
export function startClients({ port, world, journal, clients, document }: Load): Clients {
  const seen: Seen = { statuses: new Map(), wrong: [], slowest: 0 };
  const waiting = new Set<{ readonly since: number; readonly tell: (at: number) => void }>();
  let stopping = false;

  function look(answer: Answer | { readonly status: string }, command: Command, milliseconds: number): void {
    const status = String(answer.status);
    seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1);
    seen.slowest = Math.max(seen.slowest, milliseconds);
    const what = `${command.request.path}: ${status} after ${Math.round(milliseconds)} ms`;
    if (status === 'hang') seen.wrong.push(what);
    if (!('headers' in answer)) return;
    if ((status === '503' || status === '429') && answer.headers['retry-after'] === undefined)
      seen.wrong.push(`${what}, without Retry-After`);
    if (answer.status >= 300 && status !== '503' && status !== '429')
      seen.wrong.push(`${what}: ${answer.body.slice(0, 300)}`);
  }

  async function give(wire: Line, command: Command): Promise<Acknowledged | null> {
    journal.sent(command);
    const first = performance.now();
    for (;;) {
      const start = performance.now();
      const answer = await wire.call(command.request);
      const end = performance.now();
      look(answer, command, end - start);
      if (typeof answer.status === 'number' && answer.status < 300) {
        const one = journal.acknowledged(command, answer as Answer);
        for (const listener of waiting) {
          if (first < listener.since) continue;
          waiting.delete(listener);
          listener.tell(end);
        }
        return one;
      }
      if (end - first > GIVE_UP_MS) {
        seen.wrong.push(`${command.request.path}: given up after ${Math.round(end - first)} ms`);
        return null;
      }
      // Sooner than Retry-After asks: the harder case, and the moment of recovery is seen more exactly.
      await sleep(20 + Math.random() * 60);
    }
  }

  async function client(): Promise<void> {
    const wire = line(port, PATIENCE_MS);
    for (let round = 0; !stopping; round += 1) {
      if (document > 0 && round % 10 === 0) await give(wire, uploaded(world, document));
      const made = await give(wire, filed(world));
      if (made !== null) await give(wire, approved(world, made.body));
    }
    wire.close();
  }

  const running = Array.from({ length: clients }, client);
  return {
    seen,
    acceptedAfter: (since) =>
      new Promise((tell) => {
        waiting.add({ since, tell });
      }),
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}

/** As a client does: again, until the answer is one. */
async function settled(wire: Line, command: Command): ReturnType<Line['call']> {
  const end = performance.now() + 3 * PATIENCE_MS;
  for (;;) {
    const answer = await wire.call(command.request);
    const waits = answer.status === 503 || typeof answer.status === 'string';
    if (!waits || performance.now() > end) return answer;
    await sleep(50);
  }
}

/** Sends acknowledged commands once more: each gets the answer that it got, marked as one. What is not so is told. */
export async function sendAgain(port: number, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const wire = line(port, PATIENCE_MS);
  const wrong: string[] = [];
  for (const { command, status, seq, leaf, body } of acknowledged) {
    const answer = await settled(wire, command);
    const same =
      'headers' in answer &&
      answer.status === status &&
      Number(answer.headers['countersign-seq']) === seq &&
      answer.headers['countersign-leaf'] === leaf &&
      answer.body === body &&
      answer.headers['idempotency-replayed'] === 'true';
    if (!same) wrong.push(`${command.key} was acknowledged as ${seq}; sent again: ${JSON.stringify(answer)}`);
  }
  wire.close();
  return wrong;
}
