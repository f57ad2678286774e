import { isDeepStrictEqual } from 'node:util';
import {
  answerHeaders,
  Problem,
  type ProblemCode,
  problems,
  problemsOf,
  type Route,
  type RouteId,
  routeTable,
} from '@countersign/contract';
import type { RawAnswer } from './transport.ts';

/** An answer breaks the contract: the server's fault, never the caller's. */
export class ContractError extends Error {
  constructor(id: string, answer: RawAnswer, message: string) {
    super(`${id} answered ${answer.status}: ${message}\n${answer.body.toString('utf8').slice(0, 2000)}`);
    this.name = 'ContractError';
  }
}

/** Checks status, headers and body of an answer against the contract; returns the parsed body of a JSON one. */
export function checkAnswer(id: RouteId, answer: RawAnswer): unknown {
  const route: Route = routeTable[id];
  const fail = (message: string): never => {
    throw new ContractError(id, answer, message);
  };
  checkHeaders(answer, fail);
  const type = (answer.headers['content-type'] ?? '').split(';')[0];
  const expected = route.answers[answer.status];
  if (type === 'application/problem+json') return checkProblem(route, answer, fail);
  if (expected === undefined) return fail('no such status in the contract');
  if (route.mutating && route.several !== true)
    for (const name of ['countersign-seq', 'countersign-leaf']) need(answer, name, fail);
  if (route.etag === true) need(answer, 'etag', fail);
  if (expected.kind !== 'json') {
    if (expected.kind === 'text' && type !== expected.mediaType.split(';')[0]) fail(`media type ${type}`);
    return undefined;
  }
  if (type !== 'application/json') fail(`media type ${type}`);
  const body = parse(answer, fail);
  const checked = expected.schema.safeParse(body);
  if (!checked.success) return fail(checked.error.message);
  // A schema of an answer drops what it does not know; here nothing undocumented may leave.
  if (!isDeepStrictEqual(checked.data, body)) fail('members that the contract does not name');
  return body;
}

function checkProblem(route: Route, answer: RawAnswer, fail: (message: string) => never): unknown {
  const body = parse(answer, fail);
  const checked = Problem.strict().safeParse(body);
  if (!checked.success) return fail(checked.error.message);
  const code: ProblemCode = checked.data.code;
  if (problems[code][0] !== answer.status) fail(`${code} has the status ${problems[code][0]}`);
  if (!problemsOf(route).includes(code)) fail(`${route.id} does not list the problem ${code}`);
  if ((answer.status === 429 || answer.status === 503) && answer.headers['retry-after'] === undefined)
    fail('no Retry-After');
  return body;
}

function checkHeaders(answer: RawAnswer, fail: (message: string) => never): void {
  need(answer, 'correlation-id', fail);
  for (const [name, header] of Object.entries(answerHeaders)) {
    const text = answer.headers[name];
    if (text === undefined) continue;
    const value = header.schema.type === 'number' ? Number(text) : text;
    if (!header.schema.safeParse(value).success) fail(`header ${name}: ${text}`);
  }
}

function need(answer: RawAnswer, name: string, fail: (message: string) => never): void {
  if (answer.headers[name] === undefined) fail(`no header ${name}`);
}

function parse(answer: RawAnswer, fail: (message: string) => never): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return fail('the body is not JSON');
    throw error;
  }
}
