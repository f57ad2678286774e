import type { Random } from '../random.ts';
import { type WireRequest, withHeader } from './request.ts';

type Spoil = (request: WireRequest, random: Random) => WireRequest;

/** Breaks a request in one to three ways. */
export function spoil(request: WireRequest, random: Random): WireRequest {
  let spoiled = request;
  for (let i = 1 + random.below(3); i > 0; i -= 1) {
    const kinds = spoiled.body === null ? withoutBody : spoils;
    const [name, how] = random.some(kinds) ?? ['nothing', (same: WireRequest) => same];
    spoiled = { ...how(spoiled, random), spoiled: [...spoiled.spoiled, name] };
  }
  return spoiled;
}

const raw =
  (change: (text: string, random: Random) => string | Buffer): Spoil =>
  (request, random) => ({
    ...request,
    body: Buffer.from(change(request.body?.toString('utf8') ?? '', random)),
  });

/** Replaces one literal of the text by another. */
const literal = (others: readonly string[]): Spoil =>
  raw((text, random) => {
    const found = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d+(?:\.\d+)?|true|false|null|\[\]|\{\}/g)];
    const one = random.some(found);
    const other = random.some(others) ?? '0';
    return one === undefined
      ? other
      : text.slice(0, one.index) + other + text.slice(one.index + one[0].length);
  });

const member = (added: (random: Random) => string): Spoil =>
  raw((text, random) => {
    const at = random.some([...text.matchAll(/\{/g)])?.index;
    if (at === undefined) return text;
    const empty = /^\{\s*\}/.test(text.slice(at));
    return `${text.slice(0, at + 1)}${added(random)}${empty ? '' : ','}${text.slice(at + 1)}`;
  });

const body: readonly (readonly [string, Spoil])[] = [
  ['type', literal(['1', '"x"', 'true', 'null', '[]', '{}', '[[1]]', '{"a":{"b":[]}}', '""'])],
  [
    'number',
    literal([
      '9007199254740993',
      '1e400',
      '-0',
      '1e-400',
      '0.1000000000000000055',
      '-1',
      '99999999999999999999999999',
      '2147483648',
      '1.5',
      '9007199254740991',
    ]),
  ],
  [
    'text',
    literal([
      '"\\u0000"',
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"\\u202e\\u0007"',
      `"${'x'.repeat(100_000)}"`,
      '"../../../etc/passwd"',
      '"\' or 1=1; --"',
      '"$\u007b7*7}{{7*7}}"',
      '"usr_00000000-0000-0000-0000-000000000000"',
      '"2026-02-30T25:61:61Z"',
      '"+275760-09-13T00:00:00.001Z"',
      '"0000-01-01T00:00:00Z"',
      '"9999-12-31T23:59:59.999-12:00"',
    ]),
  ],
  ['unknown member', member(() => '"unknown":1')],
  ['doubled member', member(() => '"definition":"spending","definition":"spending"')],
  [
    '__proto__',
    member((random) => random.pick(['"__proto__":{"admin":true}', '"constructor":{"prototype":{}}'])),
  ],
  ['deep', member((random) => `"fields":${'['.repeat(random.pick([50, 70, 20_000]))}`)],
  [
    'deep, closed',
    literal([`${'['.repeat(70)}${']'.repeat(70)}`, `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`]),
  ],
  [
    'many',
    literal([`[${'1,'.repeat(20_000)}1]`, `{${Array.from({ length: 2500 }, (_, i) => `"k${i}":1`).join()}}`]),
  ],
  ['cut', raw((text, random) => text.slice(0, random.below(text.length + 1)))],
  ['trailing', raw((text) => `${text},`)],
  ['byte order mark', raw((text) => `\ufeff${text}`)],
  ['comment', raw((text) => `/* x */${text}`)],
  [
    'bad UTF-8',
    raw((text) => Buffer.concat([Buffer.from(text.slice(0, 5)), Buffer.from([0xc3, 0x28, 0xff])])),
  ],
  ['UTF-16', raw((text) => Buffer.from(text, 'utf16le'))],
  ['empty', raw(() => '')],
  ['scalar', raw((_, random) => random.pick(['null', '1', '"x"', '[]', 'true', 'NaN']))],
  ['NUL bytes', raw((text) => `${text}\u0000`)],
  [
    'byte',
    (request, random) => {
      const bytes = Buffer.from(request.body ?? []);
      if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
      return { ...request, body: bytes };
    },
  ],
];

const header =
  (name: string, values: readonly (string | null)[]): Spoil =>
  (request, random) =>
    withHeader(request, name, random.some(values) ?? null);

const USER = 'usr_01963f2a-7c00-7000-8000-000000000011';
const headers: readonly (readonly [string, Spoil])[] = [
  ['key', header('Idempotency-Key', [null, 'a b', 'x'.repeat(256), '\u00fc', 'same', 'same'])],
  [
    'authorization',
    header('Authorization', [
      null,
      'Bearer',
      'Bearer x',
      'Basic YTpi',
      `Bearer csk_${'a'.repeat(43)}`,
      'Bearer csk_\u00fc',
    ]),
  ],
  ['person', header('Countersign-Act-For', [null, 'ann', USER, `${USER}, ${USER}`, 'x'.repeat(4000)])],
  ['correlation', header('Correlation-Id', ['ok-1', 'a b', 'x'.repeat(129), '\u00e9', '{"a":1}'])],
  ['if-match', header('If-Match', ['*', '""', 'W/"1-a"', `"1-${'0'.repeat(64)}"`, '"999999999-x"'])],
  [
    'content type',
    header('Content-Type', [
      null,
      'text/plain',
      'application/json; charset=utf-16',
      'application/json;charset=utf-8',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'APPLICATION/JSON',
      'application/json, text/html',
      ';;;',
    ]),
  ],
  ['encoding', header('Content-Encoding', ['gzip', 'br', 'identity', 'zip-bomb'])],
  ['accept', header('Accept', ['text/html', '*/*;q=0', 'image/png', 'application/json;v=99'])],
  [
    'file name',
    header('Countersign-File-Name', ['%', '%ff', '%00', '..%2f..%2fx', 'a'.repeat(2000), '%e2%80%ae', 'ü']),
  ],
  ['digest', header('Content-Digest', ['sha-256=:AAAA:', 'md5=:x:', 'x', 'sha-256=::'])],
  ['upgrade', (request) => withHeader(withHeader(request, 'Connection', 'upgrade'), 'Upgrade', 'h2c')],
  ['method override', header('X-HTTP-Method-Override', ['DELETE', 'PUT'])],
  ['large header', header('X-Large', ['x'.repeat(7000), 'x'.repeat(40_000)])],
  ['range', header('Range', ['bytes=0-10', 'bytes=-1', 'lines=x'])],
  ['forwarded', header('X-Forwarded-For', ['127.0.0.1', "1'--", 'x'.repeat(500)])],
  ['trace', header('traceparent', ['00-x', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`])],
];

const at =
  (change: (url: string, random: Random) => string): Spoil =>
  (request, random) => ({ ...request, operation: null, url: change(request.url, random) });

const path: readonly (readonly [string, Spoil])[] = [
  [
    'method',
    (request, random) => ({
      ...request,
      operation: null,
      method: random.pick(['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'POST', 'GET', 'PROPFIND']),
    }),
  ],
  ['slash', at((url) => url.replace(/(\?|$)/, '/$1'))],
  ['double slash', at((url) => url.replace('/v1', '//v1'))],
  ['case', at((url) => url.toUpperCase())],
  ['dots', at((url, random) => url.replace('/v1/', random.pick(['/v1/../v1/', '/v1/./', '/v1/%2e%2e/'])))],
  [
    'segment',
    at((url, random) => {
      const parts = url.split('/');
      const other = random.pick([
        '%00',
        '%ff',
        '%2f',
        '%',
        'x'.repeat(600),
        '%F0%9F%A7%BE',
        '-1',
        '0',
        '1e9',
        "'",
        ';',
        '%20',
      ]);
      parts[1 + random.below(Math.max(1, parts.length - 1))] = other;
      return parts.join('/');
    }),
  ],
  ['unknown', at((url) => url.replace('/v1/', '/v2/'))],
];

const query: Spoil = (request, random) => {
  const name = random.some(
    [...(request.operation?.parameters ?? [])].filter((one) => one.in === 'query'),
  )?.name;
  const text = random.pick([
    'unknown=1',
    `${name ?? 'limit'}=`,
    `${name ?? 'limit'}=%00`,
    `${name ?? 'limit'}=%ff`,
    `${name ?? 'limit'}=${'x'.repeat(3000)}`,
    `${name ?? 'limit'}=-1`,
    `${name ?? 'limit'}=1e308`,
    `${name ?? 'limit'}=9007199254740993`,
    `${name ?? 'limit'}=1&${name ?? 'limit'}=2`,
    `${name ?? 'limit'}[a]=1`,
    'cursor=AAAA',
    `cursor=${Buffer.from('[1,"x",null]').toString('base64url')}`,
    `cursor=${'A'.repeat(5000)}`,
    'after=999999999999999',
    '&&&==',
    '%',
    '__proto__=1',
    'q=%27%20or%201%3D1',
  ]);
  return { ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}${text}` };
};

const withoutBody: readonly (readonly [string, Spoil])[] = [
  ...headers,
  ...path,
  ['query', query],
  ['query', query],
];
const spoils: readonly (readonly [string, Spoil])[] = [...withoutBody, ...body, ...body];
