import { type Random, random } from '../random.ts';
import { type Operation, operations } from './document.ts';
import { makeRequest } from './make.ts';
import { faultsOf } from './oracle.ts';
import { type Pool, pool } from './pool.ts';
import { headerOf, type WireAnswer, type WireRequest } from './request.ts';
import { MATRIX, PEOPLE, SPENDING, VENDOR } from './seeds.ts';
import { sender } from './send.ts';
import { spoil } from './spoil.ts';

export type CampaignOptions = {
  readonly url: string;
  readonly secret: string;
  readonly seed: number;
  readonly requests: number;
};

export type Failure = { readonly nth: number; readonly request: string; readonly faults: readonly string[] };

export type CampaignReport = {
  readonly sent: number;
  readonly spoiled: number;
  readonly replayed: number;
  /** How often each operation answered each status. */
  readonly byOperation: { readonly [id: string]: { readonly [status: string]: number } };
  readonly statuses: { readonly [status: string]: number };
  readonly failures: readonly Failure[];
};

/** Share of requests that are broken on purpose. */
const SPOILED = 0.45;
/** Destroys what other requests need; reads that cost a whole log. */
const SELDOM: { readonly [id: string]: number } = {
  setClock: 0.05,
  createErasure: 0.05,
  exportAudit: 0.02,
  revokeApiKey: 0.3,
  getOpenApi: 0.05,
  cancelApprovalRequest: 0.3,
};
const OFTEN: { readonly [id: string]: number } = {
  createApprovalRequest: 4,
  decideAssignment: 20,
  decideInBulk: 3,
  answerCheck: 3,
  reviseApprovalRequest: 2,
  listAssignments: 2,
};

/**
 * One seed, one run: requests one after the other, each made from what the answers before it named. Faults are
 * collected, each kind of fault once.
 */
export async function campaign(options: CampaignOptions): Promise<CampaignReport> {
  const { secret, seed } = options;
  const dice = random(seed);
  const http = sender(options.url);
  const failures = new Map<string, Failure>();
  const statuses: { [status: string]: number } = {};
  const byOperation: { [id: string]: { [status: string]: number } } = {};
  const tally = { sent: 0, spoiled: 0, replayed: 0 };

  async function send(request: WireRequest): Promise<WireAnswer | null> {
    tally.sent += 1;
    if (request.spoiled.length > 0) tally.spoiled += 1;
    const answer = await http.send(request).catch((error: Error) => {
      note(request, [`no answer: ${error.message}`]);
      return null;
    });
    if (answer === null) return null;
    const of = byOperation[request.operation?.id ?? 'none'] ?? {};
    byOperation[request.operation?.id ?? 'none'] = of;
    of[answer.status] = (of[answer.status] ?? 0) + 1;
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    note(request, faultsOf(request, answer), answer);
    return answer;
  }

  function note(request: WireRequest, faults: readonly string[], answer?: WireAnswer): void {
    if (faults.length === 0) return;
    const kind = `${request.operation?.id} ${faults
      .join()
      .replace(/[0-9a-f-]{8,}|\d+/g, '#')
      .slice(0, 160)}`;
    if (failures.has(kind)) return;
    const words =
      answer === undefined ? '' : `\n  ${answer.status} ${answer.body.toString('utf8').slice(0, 600)}`;
    failures.set(kind, { nth: tally.sent, request: `${shown(request)}${words}`, faults });
  }

  try {
    const seen = pool(await ownKeys(send, secret));
    await settle(send, seen, dice, secret);
    while (tally.sent < options.requests) {
      const made = makeRequest(operationOf(dice), dice, seen, secret);
      const request = dice.chance(SPOILED) ? spoil(made, dice) : made;
      const answer = await send(request);
      if (answer === null) continue;
      learn(seen, answer);
      if (answer.status < 300 && isChange(request) && dice.chance(0.05)) {
        tally.replayed += 1;
        const again = await send(request);
        if (again !== null) note(request, replayFaults(answer, again), again);
      }
      if (tally.sent % 500 === 0) await settle(send, seen, dice, secret);
    }
    return { ...tally, statuses, byOperation, failures: [...failures.values()] };
  } finally {
    http.close();
  }
}

type Send = (request: WireRequest) => Promise<WireAnswer | null>;

const weighed = operations.map((one) => ({ one, weight: OFTEN[one.id] ?? SELDOM[one.id] ?? 1 }));
const weight = weighed.reduce((sum, each) => sum + each.weight, 0);

function operationOf(dice: Random): Operation {
  let left = dice.next() * weight;
  const found = weighed.find((each) => {
    left -= each.weight;
    return left < 0;
  });
  const any = found ?? weighed[0];
  if (any === undefined) throw new Error('the document has no operations');
  return any.one;
}

const isChange = (request: WireRequest): boolean =>
  request.operation !== null &&
  headerOf(request, 'Idempotency-Key') !== undefined &&
  request.method === 'POST';

/** The same key and body: the same answer, and marked as stored. */
function replayFaults(first: WireAnswer, again: WireAnswer): string[] {
  const faults: string[] = [];
  if (again.status !== first.status)
    faults.push(`the repeated call answers ${again.status}, not ${first.status}`);
  if (shownOnce(again) !== shownOnce(first)) faults.push('the repeated call answers another body');
  if (again.headers['idempotency-replayed'] !== 'true')
    faults.push('the repeated call is not marked as stored');
  return faults;
}

/** A key's secret is answered once, and stored nowhere. */
const shownOnce = ({ body }: WireAnswer): string =>
  body.toString('utf8').replace(/"secret":("csk_[\w-]+"|null)/, '"secret":…');

function learn(seen: Pool, answer: WireAnswer): void {
  // A HEAD is answered with the type, and without the body.
  if (answer.headers['content-type']?.split(';')[0] === 'application/json' && answer.body.length > 0) {
    seen.see(JSON.parse(answer.body.toString('utf8')));
  }
}

const operationById = (id: string): Operation => {
  const found = operations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the document lacks ${id}`);
  return found;
};

const plain = (id: string, secret: string, key: string, body: unknown): WireRequest => {
  const operation = operationById(id);
  return {
    operation,
    method: operation.method,
    url: operation.path,
    headers: [
      ['Authorization', `Bearer ${secret}`],
      ...(body === null ? [] : ([['Content-Type', 'application/json']] as const)),
      ['Idempotency-Key', key],
    ],
    body: body === null ? null : Buffer.from(JSON.stringify(body)),
    spoiled: [],
  };
};

/** The campaign's own key must live: its id is never drawn. */
async function ownKeys(send: Send, secret: string): Promise<Set<string>> {
  const answer = await send(plain('listApiKeys', secret, 'own', null));
  const text = answer?.body.toString('utf8') ?? '';
  return new Set(text.match(/key_[0-9a-f-]{36}/g) ?? []);
}

/** Definitions, matrix and people; again now and then, for what the run has taken away. */
async function settle(send: Send, seen: Pool, dice: Random, secret: string): Promise<void> {
  const change = async (id: string, body: unknown): Promise<void> => {
    const answer = await send(plain(id, secret, dice.bytes(8).toString('hex'), body));
    if (answer !== null) learn(seen, answer);
  };
  await change('changeDirectory', {
    changes: [
      ...PEOPLE.map((name) => ({
        change: 'person',
        userName: name,
        name,
        email: `${name}@example.com`,
        active: true,
      })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann', 'eve'] },
      { change: 'group', group: 'finance', op: 'set', persons: ['bob', 'cyd', 'dan'] },
      { change: 'group', group: 'legal', op: 'set', persons: ['cyd', 'dan'] },
      { change: 'person', userName: 'req', manager: 'eve' },
      { change: 'person', userName: 'eve', manager: 'dan' },
    ],
  });
  await change('publishMatrix', { source: MATRIX });
  await change('publishDefinition', { source: SPENDING });
  await change('publishDefinition', { source: VENDOR });
}

const shown = ({ operation, method, url, headers, body, spoiled }: WireRequest): string =>
  `${operation?.id ?? 'none'} (${spoiled.join(', ')}) ${method} ${url.slice(0, 300)}\n  ${JSON.stringify(
    headers,
  )
    .replace(/csk_[\w-]+/g, 'csk_…')
    .slice(0, 600)}\n  ${body?.toString('utf8').slice(0, 600) ?? ''}`;
