import { setTimeout as sleep } from 'node:timers/promises';
import { type Clients, sendAgain } from './clients.ts';
import type { Journal } from './journal.ts';
import { childrenOf, familyOf, gone, signal } from './processes.ts';
import { type Played, play, recovery, type Stage, type StageOptions } from './stage.ts';

/** What is killed. `starting`: the server, and its next life too while it starts. */
const KINDS = ['server', 'postmaster', 'backend', 'both', 'starting'] as const;
export type Kind = (typeof KINDS)[number];

export type KillsOptions = StageOptions & {
  readonly kills: number;
  /** The log is exported, verified and held against the journal after each so many kills, and at the end. */
  readonly inspectEvery: number;
};

/** From the kill to the first new command that was accepted; what the operator starts again is started at once. */
export type Recovered = { readonly kind: Kind; readonly milliseconds: number };

/** Acknowledged commands that are sent again after each kill, the newest among them. */
const AGAIN = 100;

/** kill -9 at random moments under load. Each kind comes as often as the others. */
export function kills(options: KillsOptions): Promise<Played<readonly Recovered[]>> {
  return play(options, async (stage) => {
    const { journal, one } = stage;
    const recovered: Recovered[] = [];
    let clients = stage.load();
    let known = 0;
    for (let n = 1; n <= options.kills; n += 1) {
      await sleep(200 + Math.random() * 1300);
      const kind = KINDS[n % KINDS.length] ?? 'server';
      const milliseconds = await killOnce(kind, stage, clients);
      recovered.push({ kind, milliseconds });
      options.tell(
        `${n}. ${kind}: ${Math.round(milliseconds)} ms, ${journal.acknowledgements.length} acknowledged`,
      );
      stage.note(await sendAgain(one.port, some(journal, known)));
      known = journal.acknowledgements.length;
      if (n % options.inspectEvery !== 0 && n !== options.kills) continue;
      await stage.settle(clients);
      if (n < options.kills) clients = stage.load();
    }
    return recovered;
  });
}

async function killOnce(kind: Kind, stage: Stage, clients: Clients): Promise<number> {
  const { one, external } = stage;
  const killed = performance.now();
  const postmaster = stage.postmaster();
  const database = familyOf(postmaster);
  switch (kind) {
    case 'server':
      await one.kill();
      break;
    case 'starting': {
      await one.kill();
      const first = one.start().catch(() => undefined);
      await Promise.race([sleep(Math.random() * 1000), first]);
      await one.kill();
      await first;
      break;
    }
    case 'postmaster':
      signal(postmaster, 'SIGKILL');
      await gone(database);
      break;
    case 'backend':
      killSession(stage);
      await gone(database.slice(1));
      break;
    case 'both':
      // In either order.
      if (Math.random() < 0.5) signal(one.pid(), 'SIGKILL');
      signal(postmaster, 'SIGKILL');
      await one.kill();
      await gone(database);
      break;
    default: {
      const never: never = kind;
      throw never;
    }
  }
  // What is accepted from here on is accepted by what came after.
  const accepted = clients.acceptedAfter(performance.now());
  if (kind === 'postmaster' || kind === 'both') await external?.start();
  if (!one.alive()) await one.start();
  const milliseconds = await recovery(accepted, killed);
  if (milliseconds !== null) return milliseconds;
  stage.note([`it did not recover from ${kind} by itself, and was started again by hand`]);
  await one.kill();
  await one.start();
  return (await accepted) - killed;
}

/** A session of the server's, any of them; PostgreSQL then ends all, and recovers. */
function killSession(stage: Stage): void {
  const sessions = childrenOf(stage.postmaster()).filter(({ command }) => command.includes('countersign'));
  const chosen = sessions[Math.floor(Math.random() * sessions.length)];
  if (chosen === undefined) throw new Error('the server has no session');
  signal(chosen.pid, 'SIGKILL');
}

/** Of what was acknowledged since position `from`: the newest, and some of the others. */
function some(written: Journal, from: number): Journal['acknowledgements'] {
  const fresh = written.acknowledgements.slice(from);
  const older = fresh.slice(0, -AGAIN / 2).filter(() => Math.random() < AGAIN / 2 / fresh.length);
  return [...older, ...fresh.slice(-AGAIN / 2)];
}
