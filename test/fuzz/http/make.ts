import type { RouteId } from '@countersign/contract';
import type { Random } from '../random.ts';
import type { Operation, Parameter } from './document.ts';
import type { Pool, SeenRequest } from './pool.ts';
import type { WireRequest } from './request.ts';
import { MATRIX, SPENDING, VENDOR } from './seeds.ts';
import { valueFor } from './value.ts';

type Given = {
  readonly path?: { readonly [name: string]: string };
  readonly body?: unknown;
  readonly actFor?: string;
  readonly ifMatch?: string;
};
type Meant = (random: Random, pool: Pool, body: unknown) => Given;

/** A request that the document describes; mostly about what is there, so that sequences reach deep states. */
export function makeRequest(operation: Operation, random: Random, pool: Pool, secret: string): WireRequest {
  const plain = operation.body?.kind === 'json' ? valueFor(operation.body.schema, random, pool) : undefined;
  const example = random.chance(0.1) ? random.some(operation.examples) : undefined;
  const given = random.chance(0.75) ? (meant[operation.id]?.(random, pool, plain) ?? {}) : {};
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(given.path?.[name] ?? String(parameter(operation, 'path', name, random, pool))),
  );
  const headers: [string, string][] = [];
  if (operation.scoped) headers.push(['Authorization', `Bearer ${secret}`]);
  for (const one of operation.parameters.filter((each) => each.in === 'header')) {
    const value = headerValue(one, given, random, pool);
    if (value !== undefined) headers.push([one.name, value]);
  }
  const body = bodyOf(operation, given.body ?? example ?? plain, random);
  if (body !== null) {
    headers.push([
      'Content-Type',
      operation.body?.kind === 'json' ? 'application/json' : 'application/octet-stream',
    ]);
  }
  const url = `${path}${queryOf(operation, random, pool)}`;
  return { operation, method: operation.method, url, headers, body, spoiled: [] };
}

function parameter(
  operation: Operation,
  place: Parameter['in'],
  name: string,
  random: Random,
  pool: Pool,
): unknown {
  const found = operation.parameters.find((one) => one.in === place && one.name === name);
  if (found === undefined) throw new Error(`${operation.id} has no parameter ${name}`);
  return valueFor(found.schema, random, pool);
}

function headerValue(one: Parameter, given: Given, random: Random, pool: Pool): string | undefined {
  if (one.name === 'Idempotency-Key') return random.bytes(12).toString('hex');
  if (one.name === 'Countersign-Act-For' && given.actFor !== undefined) return given.actFor;
  if (one.name === 'If-Match') return given.ifMatch;
  if (!one.required && random.chance(0.8)) return undefined;
  // A header holds Latin-1; what is beyond it is percent-encoded by those who send it.
  return encodeURI(String(valueFor(one.schema, random, pool)).toWellFormed());
}

function queryOf(operation: Operation, random: Random, pool: Pool): string {
  const query = new URLSearchParams();
  for (const one of operation.parameters.filter((each) => each.in === 'query')) {
    if (!one.required && random.chance(0.75)) continue;
    const value =
      one.name === 'cursor' ? (random.some(pool.cursors) ?? 'x') : valueFor(one.schema, random, pool);
    query.append(one.name, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function bodyOf({ body }: Operation, value: unknown, random: Random): Buffer | null {
  if (body === null) return null;
  if (body.kind === 'stream')
    return random.pick([
      () => Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n', 'latin1'),
      () => Buffer.alloc(0),
      () => random.bytes(random.below(2000)),
    ])();
  // Unpaired surrogates may be drawn by a pattern; a valid request holds none.
  return Buffer.from(JSON.stringify(value, (_, one) => (typeof one === 'string' ? one.toWellFormed() : one)));
}

const requestOf = (random: Random, pool: Pool): SeenRequest | undefined => random.some(pool.requests);
const onRequest: Meant = (random, pool) => {
  const request = requestOf(random, pool);
  return request === undefined ? {} : { path: { request: request.id } };
};
const money = (random: Random) => ({
  amount: random.pick(['0', '99.99', '500.00', '1000.01', '25000', '123456789012345.67']),
  currency: random.chance(0.95) ? 'EUR' : 'USD',
});
const personId = (random: Random, pool: Pool): string | undefined =>
  pool.like('^usr_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', random);

function fieldsOf(definition: string, random: Random, pool: Pool): unknown {
  const region = random.pick(['EMEA', 'APAC']);
  if (definition === 'spending')
    return {
      amount: money(random),
      region,
      ...(random.chance(0.3) ? { iban: 'DE02120300000000202051' } : {}),
    };
  const owner = personId(random, pool);
  return {
    name: 'Northwind',
    ...(random.chance(0.9) ? { risk: random.below(8) } : {}),
    ...(owner !== undefined && random.chance(0.8) ? { owner } : {}),
    ...(random.chance(0.5) ? { amount: money(random), region } : {}),
  };
}

const tokenOf = (random: Random, pool: Pool): string => random.some(pool.tokens) ?? 'x';

/** What somebody would mean by a request, where the schema alone would hardly ever hit it. */
const meant: { readonly [id in RouteId]?: Meant } = {
  createApprovalRequest: (random, pool) => {
    const definition = random.pick(['spending', 'vendor']);
    const fields = fieldsOf(definition, random, pool);
    const reference = random.chance(0.3) ? { externalReference: `R-${random.below(50)}` } : {};
    const draft = random.chance(0.2) ? { draft: true } : {};
    return { body: { definition, requester: 'req', fields, ...reference, ...draft } };
  },
  decideAssignment: (random, pool, body) => {
    const place = random.some(pool.assignments);
    const request = pool.requests.find((one) => one.id === place?.request);
    if (place === undefined || request === undefined) return {};
    const decision = random.pick(['approve', 'approve', 'approve', 'return', 'reject', 'abstain']);
    return {
      path: { assignment: place.id },
      actFor: place.person,
      body: random.chance(0.8)
        ? { decision, revision: request.digest, reason: 'because', comment: 'Anna is ill' }
        : Object.assign({}, body, { revision: request.digest }),
    };
  },
  decideInBulk: (random, pool) => {
    const person = random.some(pool.assignments)?.person;
    const items = pool.assignments
      .filter((one) => one.person === person && random.chance(0.7))
      .flatMap(({ id, request }) => {
        const served = pool.requests.find((one) => one.id === request);
        return served === undefined ? [] : [{ assignment: id, revision: served.digest }];
      });
    if (person === undefined || items.length === 0) return {};
    return { actFor: person, body: { decision: random.pick(['approve', 'reject']), items, comment: 'Fine' } };
  },
  reviseApprovalRequest: (random, pool) => {
    const request = requestOf(random, pool);
    if (request === undefined) return {};
    const { id, digest, definition, version } = request;
    const fields = random.chance(0.3) ? request.fields : fieldsOf(definition, random, pool);
    return random.chance(0.5)
      ? { path: { request: id }, body: { expected: digest, fields } }
      : { path: { request: id }, body: { fields }, ifMatch: `"${version}-${digest}"` };
  },
  answerCheck: (random, pool) => ({
    ...onRequest(random, pool, null),
    path: { request: requestOf(random, pool)?.id ?? 'x', step: 'screening' },
    body: { answer: random.pick(['pass', 'pass', 'fail', 'unknown']) },
  }),
  reassignAssignment: (random, pool) => {
    const place = random.some(pool.assignments);
    const to = random.some(pool.people);
    if (place === undefined || to === undefined) return {};
    return { path: { assignment: place.id }, actFor: place.person, body: { to, reason: 'away' } };
  },
  reworkAssignment: (random, pool) => {
    const place = random.some(pool.assignments);
    const request = pool.requests.find((one) => one.id === place?.request);
    if (place === undefined || request === undefined) return {};
    const to = random.pick(['lead', 'finance', 'legal', 'security']);
    return { path: { assignment: place.id }, actFor: place.person, body: { to, revision: request.digest } };
  },
  createDelegation: (random, pool) => ({
    body: {
      from: random.some(pool.people) ?? 'ann',
      to: random.some(pool.people) ?? 'bob',
      starts: '2026-01-01T00:00:00Z',
      ends: '2031-01-01T00:00:00Z',
      redelegable: random.chance(0.3),
    },
  }),
  recordEffect: (random, pool) => ({
    ...onRequest(random, pool, null),
    body: { effect: 'payment', state: random.pick(['started', 'done']), token: tokenOf(random, pool) },
  }),
  introspectApprovalToken: (random, pool) => ({ body: { token: tokenOf(random, pool) } }),
  changeDirectory: (random) => ({
    body: {
      changes: [
        { change: 'person', userName: random.pick(['ann', 'bob', 'cyd', 'dan', 'eve', 'req']), active: true },
        { change: 'role', role: 'lead', op: 'set', persons: random.chance(0.8) ? ['ann', 'eve'] : [] },
        { change: 'group', group: 'finance', op: 'set', persons: ['bob', 'cyd', 'dan'] },
        { change: 'group', group: 'legal', op: 'set', persons: ['cyd'] },
        { change: 'person', userName: 'req', manager: random.pick(['eve', 'ann']) },
      ],
    },
  }),
  publishDefinition: (random) => ({ body: { source: sourceOf([SPENDING, VENDOR], random) } }),
  checkDefinition: (random) => ({ body: { source: sourceOf([SPENDING, VENDOR], random) } }),
  publishMatrix: (random) => ({ body: { source: sourceOf([MATRIX], random) } }),
  // A clock that has jumped leaves little to do: mostly by hours.
  setClock: (random) => ({
    body: { mode: 'frozen', at: new Date(Date.UTC(2026, 0, 2, random.below(48))).toISOString() },
  }),
  holdApprovalRequest: onRequest,
  releaseApprovalRequest: onRequest,
  cancelApprovalRequest: onRequest,
  reopenApprovalRequest: onRequest,
  submitApprovalRequest: onRequest,
  getApprovalRequest: onRequest,
  getApprovalToken: onRequest,
  getHistory: onRequest,
  explainApprovalRequest: onRequest,
};

/** The source as it is, or with one character of it lost or changed. */
function sourceOf(sources: readonly string[], random: Random): string {
  const source = random.some(sources) ?? '';
  if (random.chance(0.3)) return source;
  const at = random.below(source.length);
  return source.slice(0, at) + random.pick(['', ' ', '\n', ':', '=', '{', '9', 'ü']) + source.slice(at + 1);
}
