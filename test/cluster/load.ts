import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Line, line, type Request } from '../faults/line.ts';

const ORDER = `
definition: order
title: Order
limits: { large: 1000 EUR }
fields:
  amount: { type: money, required: true }
  iban: { type: text, personal: true }
route:
  - approve: lead
    by: { role: lead }
  - approve: finance
    when: amount > limits.large
    by: { group: finance }
`;
/** Nobody decides these: their timer ends them. */
const OFFER = `
definition: offer
title: Offer
fields: { amount: { type: money, required: true } }
route:
  - approve: lead
    by: { role: lead }
expire: 3 seconds
`;

/** A call that gets no answer is broken off after this, and sent again. */
const PATIENCE_MS = 5_000;
/** So long a command is sent again before it counts as failed. */
const GIVE_UP_MS = 90_000;

export type Acknowledged = { readonly key: string; readonly what: string; seq: number; leaf: string };

export type Load = {
  readonly acknowledged: readonly Acknowledged[];
  /** Answers that no retry mends. */
  readonly failed: readonly string[];
  /** Calls that were sent again, by what came instead of an answer. */
  readonly retried: ReadonlyMap<string, number>;
  /** Lifecycles decided by people, and requests left to their timer. */
  readonly decided: () => number;
  readonly offers: () => number;
  /** Longest time without any acknowledgement since the load began, ms. */
  readonly longestPause: () => number;
  /** Resolves when something that was sent after now has been acknowledged. */
  acknowledgedAfterNow(): Promise<void>;
  /** Ends the lifecycles under way; afterwards there is no command whose outcome is unknown. */
  stop(): Promise<void>;
};

type Filed = { readonly id: string; readonly revision: { readonly digest: string } };
type Places = { readonly items: readonly { readonly id: string }[] };

export type World = { readonly secret: string; readonly lead: string; readonly finance: string };

/** People and definitions of the load, in an empty sandbox. */
export async function populate(port: number, secret: string): Promise<World> {
  const wire = line(port, 30_000);
  const send = async (path: string, body: unknown): Promise<string> => {
    const answer = await wire.call(post(secret, path, body, randomUUID()));
    if (!('headers' in answer) || answer.status >= 300)
      throw new Error(`${path} answered ${JSON.stringify(answer)}`);
    return answer.body;
  };
  const names = ['ann', 'bob', 'req'];
  const people = names.map((name) => ({
    change: 'person',
    userName: name,
    name: `${name} Cluster`,
    email: `${name}@example.com`,
  }));
  const changed: { people: { id: string; userName: string }[] } = JSON.parse(
    await send('/v1/directory/changes', {
      changes: [
        ...people,
        { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
        { change: 'group', group: 'finance', op: 'set', persons: ['bob'] },
      ],
    }),
  );
  await send('/v1/definitions', { source: ORDER });
  await send('/v1/definitions', { source: OFFER });
  wire.close();
  const id = (name: string): string => {
    const found = changed.people.find(({ userName }) => userName === name);
    if (found === undefined) throw new Error(`${name} was not made`);
    return found.id;
  };
  return { secret, lead: id('ann'), finance: id('bob') };
}

export function post(secret: string, path: string, body: unknown, key: string, actFor?: string): Request {
  const headers = {
    Authorization: `Bearer ${secret}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': key,
    'Correlation-Id': key,
    ...(actFor === undefined ? {} : { 'Countersign-Act-For': actFor }),
  };
  return { method: 'POST', path, headers, body: JSON.stringify(body) };
}

/** Clients that file and approve through the proxy; every command is sent again under its key until it is answered. */
export function startLoad(port: number, world: World, clients: number): Load {
  const acknowledged: Acknowledged[] = [];
  const failed: string[] = [];
  const retried = new Map<string, number>();
  const listeners = new Set<{ readonly since: number; readonly tell: () => void }>();
  let [decided, offers, pause, last, stopping] = [0, 0, 0, performance.now(), false];

  function told(sent: number): void {
    const now = performance.now();
    pause = Math.max(pause, now - last);
    last = now;
    for (const one of listeners) {
      if (sent < one.since) continue;
      listeners.delete(one);
      one.tell();
    }
  }

  /** Sends a call until it is answered. Null: it failed, or was not answered in all that time. */
  async function persist(wire: Line, request: Request): Promise<Answer | null> {
    const begun = performance.now();
    for (;;) {
      const answer = await wire.call(request);
      if ('headers' in answer && answer.status < 300) {
        told(begun);
        return answer;
      }
      const again = !('headers' in answer) || answer.status === 503 || answer.status === 429;
      if (!again || performance.now() - begun > GIVE_UP_MS) {
        failed.push(`${request.method} ${request.path}: ${JSON.stringify(answer).slice(0, 400)}`);
        return null;
      }
      retried.set(String(answer.status), (retried.get(String(answer.status)) ?? 0) + 1);
      await sleep(50 + Math.random() * 50);
    }
  }

  async function give(wire: Line, what: string, request: Request): Promise<string | null> {
    const answer = await persist(wire, request);
    if (answer === null) return null;
    acknowledged.push({ what, ...receiptOf(answer, request) });
    return answer.body;
  }

  async function lifecycle(wire: Line, n: number): Promise<void> {
    const { secret, lead, finance } = world;
    const offer = n % 10 === 9;
    const fields = { amount: { amount: '2000.00', currency: 'EUR' }, ...(offer ? {} : { iban: `DE${n}` }) };
    const definition = offer ? 'offer' : 'order';
    const body = { definition, requester: 'req', externalReference: randomUUID(), fields };
    const filed = await give(wire, 'file', post(secret, '/v1/approval-requests', body, randomUUID()));
    if (filed === null) return;
    if (offer) {
      offers += 1;
      return;
    }
    const request: Filed = JSON.parse(filed);
    for (const [what, person] of [
      ['lead', lead],
      ['finance', finance],
    ] as const) {
      const place = await placeOf(wire, request.id, person);
      if (place === null) return;
      const decision = { decision: 'approve', revision: request.revision.digest };
      const path = `/v1/assignments/${place}/decisions`;
      if ((await give(wire, what, post(secret, path, decision, randomUUID(), person))) === null) return;
    }
    decided += 1;
  }

  /** Read by whichever process the proxy chose: it must know what another one has just acknowledged. */
  async function placeOf(wire: Line, request: string, person: string): Promise<string | null> {
    const path = `/v1/assignments?request=${request}&person=${person}`;
    const headers = { Authorization: `Bearer ${world.secret}` };
    const answer = await persist(wire, { method: 'GET', path, headers, body: '' });
    if (answer === null) return null;
    const places: Places = JSON.parse(answer.body);
    const place = places.items[0];
    if (place === undefined) failed.push(`a read older than the caller's own write: ${path}`);
    return place?.id ?? null;
  }

  async function client(): Promise<void> {
    for (let n = 0; !stopping; ) {
      // A new connection now and then, so that the proxy spreads the load again after a kill.
      const wire = line(port, PATIENCE_MS);
      for (const end = n + 20; n < end && !stopping; n += 1) await lifecycle(wire, n);
      wire.close();
    }
  }

  const running = Array.from({ length: clients }, client);
  return {
    acknowledged,
    failed,
    retried,
    decided: () => decided,
    offers: () => offers,
    longestPause: () => pause,
    acknowledgedAfterNow: () =>
      new Promise((tell) => {
        listeners.add({ since: performance.now(), tell });
      }),
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}

function receiptOf(answer: Answer, request: Request): { key: string; seq: number; leaf: string } {
  const seq = Number(answer.headers['countersign-seq']);
  const leaf = answer.headers['countersign-leaf'];
  const key = request.headers['Idempotency-Key'];
  if (!Number.isSafeInteger(seq) || leaf === undefined || key === undefined)
    throw new Error(`an answer without a receipt: ${JSON.stringify(answer.headers)}`);
  return { key, seq, leaf };
}
