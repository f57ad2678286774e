import { randomUUID } from 'node:crypto';
import {
  type AnswerOf,
  type Problem,
  type ProblemCode,
  type Route,
  type RouteId,
  type routes,
  routeTable,
} from '@countersign/contract';
import type { z } from 'zod';
import { checkAnswer } from './answer.ts';
import type { RawAnswer, Transport } from './transport.ts';

export { overHttp, type RawAnswer, type Transport } from './transport.ts';

type At<Id extends RouteId> = (typeof routes)[Id];
type Sent<R, K extends string> = R extends { readonly [key in K]: infer S extends z.ZodType }
  ? z.input<S>
  : never;
type SentBody<Id extends RouteId> =
  At<Id> extends { readonly body: infer B }
    ? B extends { readonly kind: 'json' }
      ? Sent<B, 'schema'>
      : Buffer
    : never;

export type Input<Id extends RouteId> = {
  readonly params?: Sent<At<Id>, 'params'>;
  readonly query?: Sent<At<Id>, 'query'>;
  readonly body?: SentBody<Id>;
  /** Person to act for. */
  readonly actFor?: string;
  /** A fresh one by default where the route needs one; null leaves it out. */
  readonly idempotencyKey?: string | null;
  readonly ifMatch?: string;
  readonly correlationId?: string;
  readonly headers?: { readonly [name: string]: string };
};

type Success<Id extends RouteId> = AnswerOf<Id>[Extract<keyof AnswerOf<Id>, 200 | 201 | 202 | 204>];
export type Ok<Id extends RouteId> = {
  readonly status: number;
  readonly body: Success<Id>;
  readonly headers: RawAnswer['headers'];
  /** The receipt of a change; 0 and '' for a read. */
  readonly seq: number;
  readonly leaf: string;
  readonly raw: Buffer;
};
export type Refused = {
  readonly status: number;
  readonly problem: Problem;
  readonly headers: RawAnswer['headers'];
};

export type TestApi = {
  /** Calls a route and expects success; what comes back has been checked against the contract. */
  ok<Id extends RouteId>(id: Id, input?: Input<Id>): Promise<Ok<Id>>;
  /** Calls a route and expects this problem. */
  refused<Id extends RouteId>(id: Id, code: ProblemCode, input?: LooseInput): Promise<Refused>;
  /** Calls a route with whatever the test likes; the answer is checked against the contract all the same. */
  any(id: RouteId, input?: LooseInput): Promise<RawAnswer & { readonly json: unknown }>;
  /** The same client with another key's secret; null: without one. */
  with(secret: string | null): TestApi;
  /** The same client acting for a person wherever a route lets it. */
  actingFor(person: string): TestApi;
  readonly transport: Transport;
  readonly secret: string | null;
};

/** Like `Input`, for bad input: nothing of it needs to be as the contract says. `raw` replaces the body's text. */
export type LooseInput = {
  readonly params?: { readonly [name: string]: unknown };
  readonly query?: { readonly [name: string]: unknown };
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly actFor?: string;
  readonly idempotencyKey?: string | null;
  readonly ifMatch?: string;
  readonly correlationId?: string;
  readonly headers?: { readonly [name: string]: string };
};

/** A typed client that holds every answer to the contract: status, headers, body, and the problems a route may give. */
export function testApi(transport: Transport, secret: string | null, person: string | null = null): TestApi {
  const call = async (id: RouteId, input: LooseInput = {}) => {
    const answer = await transport(requestOf(routeTable[id], input, secret, person));
    return { ...answer, json: checkAnswer(id, answer) };
  };
  return {
    transport,
    secret,
    any: call,
    with: (other) => testApi(transport, other, person),
    actingFor: (other) => testApi(transport, secret, other),
    async ok<Id extends RouteId>(id: Id, input: Input<Id> = {}) {
      const { status, headers, json, body } = await call(id, input);
      if (status >= 300) throw new Error(`${id} answered ${status}: ${JSON.stringify(json)}`);
      const seq = Number(headers['countersign-seq'] ?? 0);
      // checkAnswer has held it to the schema that this type is made from.
      return {
        status,
        headers,
        seq,
        leaf: headers['countersign-leaf'] ?? '',
        body: json as Success<Id>,
        raw: body,
      };
    },
    async refused(id, code, input = {}) {
      const { status, headers, json } = await call(id, input);
      const problem = json as Problem;
      if (status < 400 || problem.code !== code)
        throw new Error(`${id} answered ${status} ${JSON.stringify(json)} instead of ${code}`);
      return { status, headers, problem };
    },
  };
}

function requestOf(route: Route, input: LooseInput, secret: string | null, person: string | null) {
  const params = input.params ?? {};
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const query = new URLSearchParams(
    Object.entries(input.query ?? {}).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : String(value)]],
    ),
  ).toString();
  const headers: { [name: string]: string } = {};
  if (secret !== null && route.scope !== null) headers.authorization = `Bearer ${secret}`;
  if (route.mutating && input.idempotencyKey !== null)
    headers['idempotency-key'] = input.idempotencyKey ?? randomUUID();
  const actFor = input.actFor ?? (route.actFor === 'none' ? null : person);
  if (actFor !== null) headers['countersign-act-for'] = actFor;
  if (input.ifMatch !== undefined) headers['if-match'] = input.ifMatch;
  if (input.correlationId !== undefined) headers['correlation-id'] = input.correlationId;
  const body = input.raw ?? (Buffer.isBuffer(input.body) ? input.body : jsonOf(input.body));
  if (body !== undefined)
    headers['content-type'] = route.body?.kind === 'stream' ? 'application/octet-stream' : 'application/json';
  const payload = body === undefined ? {} : { body };
  return {
    method: route.method,
    url: query === '' ? path : `${path}?${query}`,
    headers: { ...headers, ...input.headers },
    ...payload,
  };
}

const jsonOf = (body: unknown): string | undefined => (body === undefined ? undefined : JSON.stringify(body));
