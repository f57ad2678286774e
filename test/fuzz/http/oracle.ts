import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { checkAnswer } from '../../support/answer.ts';
import { document, headerSchema, type Schema } from './document.ts';
import type { WireAnswer, WireRequest } from './request.ts';

const ajv = new Ajv2020({
  strict: false,
  formats: {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    date: /^\d{4}-\d\d-\d\d$/,
    email: true,
    base64: true,
    binary: true,
  },
});
ajv.addSchema({ $id: 'openapi', components: document.components });
const compiled = new Map<Schema, ValidateFunction>();

function validator(schema: Schema): ValidateFunction {
  const ready = compiled.get(schema);
  if (ready !== undefined) return ready;
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/');
  const made = ajv.compile(JSON.parse(text));
  compiled.set(schema, made);
  return made;
}

/** What would tell a stranger how the server is made: places in code, SQL and its errors, tables, other hosts. */
const INTERNALS = [
  /\bat [^\n"]{1,200}\.(?:ts|js|mjs):\d+/,
  /node_modules|node:internal|file:\/\/\//,
  /\/(?:work|tmp|home|usr|root|var)\/[\w.-]+/,
  /\b(?:select|insert into|update|delete from)\b[^"]{1,80}\b(?:from|values|set|where)\b/i,
  /syntax error at or near|violates [a-z-]+ constraint|duplicate key value|invalid input syntax|relation "|column "|SQLSTATE/i,
  /countersign\.(?:commit|entry|stream|head|tile|idempotency|sealed_value|timer|assignment|business_key|api_key)\b/,
  /\b(?:ECONNREFUSED|ECONNRESET|ENOENT|EACCES|TypeError|RangeError|ReferenceError|ZodError|FST_ERR_\w+|PostgreSQL \d)/,
  /\bcannot read propert|is not a function|is not iterable|undefined is not|\[object Object\]/i,
];

/** What is wrong with an answer; empty where nothing is. */
export function faultsOf(request: WireRequest, answer: WireAnswer): string[] {
  const faults: string[] = [];
  if (answer.status >= 500) faults.push(`status ${answer.status}`);
  faults.push(...leaks(request, answer));
  try {
    if (request.operation === null) strayed(request, answer);
    else documented(request, answer);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  return faults;
}

/** What came back of the caller's own words is no leak. */
function leaks({ operation, body, url, headers }: WireRequest, answer: WireAnswer): string[] {
  const type = answer.headers['content-type'] ?? '';
  if (!type.includes('json') || operation?.id === 'getOpenApi') return [];
  const said = `${body?.toString('latin1') ?? ''} ${url} ${decoded(url)} ${JSON.stringify(headers)}`;
  // Of problems only: resources hold what others wrote.
  if (!type.includes('problem')) return [];
  const text = answer.body.toString('latin1');
  return INTERNALS.flatMap((pattern) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined || said.includes(found) ? [] : [`leaks ${JSON.stringify(found)}`];
  });
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}

function documented({ operation, method }: WireRequest, answer: WireAnswer): void {
  if (operation === null) return;
  // What Node itself refuses before any route is known, such as too large headers.
  if (answer.status === 400 && answer.headers['correlation-id'] === undefined) return unread(answer);
  const response = operation.responses[answer.status];
  if (response === undefined) throw new Error(`${operation.id}: status ${answer.status} is not documented`);
  const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const media = Object.entries(response.content ?? {});
  const content = (media.find(([name]) => name.split(';')[0] === type) ??
    media.find(([name]) => name === '*/*'))?.[1];
  if (content === undefined)
    throw new Error(`${operation.id} ${answer.status}: media type ${type} is not documented`);
  for (const [name, { $ref }] of Object.entries(response.headers ?? {})) {
    const text = answer.headers[name.toLowerCase()];
    const schema = headerSchema($ref);
    if (text === undefined || schema === undefined) continue;
    const value = schema.type === 'integer' ? Number(text) : text;
    if (!validator(schema)(value))
      throw new Error(`${operation.id} ${answer.status}: header ${name}: ${text}`);
  }
  if (method === 'HEAD') return;
  if (type.endsWith('json') && content.schema.format !== 'binary') {
    const validate = validator(content.schema);
    if (!validate(JSON.parse(answer.body.toString('utf8'))))
      throw new Error(`${operation.id} ${answer.status}: ${ajv.errorsText(validate.errors)}`);
  }
  // The contract itself: no member that it does not name, each problem listed, receipts where something changed.
  checkAnswer(operation.id, answer);
}

/** To nowhere, or by another method: a problem, and one that says so. */
function strayed({ method }: WireRequest, answer: WireAnswer): void {
  if (answer.status < 400 || method === 'HEAD') return;
  unread(answer);
}

function unread(answer: WireAnswer): void {
  const type = answer.headers['content-type'] ?? '';
  if (!type.startsWith('application/problem+json'))
    throw new Error(`${answer.status} is no problem but ${type}`);
  const validate = validator({ $ref: '#/components/schemas/Problem' });
  const body: { readonly status?: unknown } = JSON.parse(answer.body.toString('utf8'));
  if (!validate(body)) throw new Error(`${answer.status}: ${ajv.errorsText(validate.errors)}`);
  if (body.status !== answer.status) throw new Error(`${answer.status} says that it is ${body.status}`);
}
