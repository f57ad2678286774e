import type { AnswerOf } from '@countersign/contract';
import { type Html, html } from './home.html.ts';
import { STYLE } from './home.style.ts';

type Request = AnswerOf<'getApprovalRequest'>[200];
type History = AnswerOf<'getHistory'>[200]['items'];
type Environment = AnswerOf<'getEnvironment'>[200];

export type HomeView = {
  readonly version: string;
  readonly url: string;
  readonly mode: string;
  /** Null where this server has no sandbox of its own: what others file is nobody's business here. */
  readonly sandbox: {
    readonly environment: Environment;
    /** Null in an empty one. */
    readonly sample: { readonly request: Request; readonly history: History } | null;
    /** Names by id. */
    readonly people: ReadonlyMap<string, string>;
    /** Where the key lies that opens it. */
    readonly keyFile: string;
  } | null;
};

/** What runs, the sample request with its trail, and where to go on. */
export function homePage(view: HomeView): string {
  const { sandbox } = view;
  const body = html`<main>
<header><h1>Counter<span>sign</span></h1><span class="soft">Approval requests, routed, decided and provable · ${view.version}</span></header>
<section><h2>Running</h2><dl>
<div><dt>Address</dt><dd><code>${view.url}</code></dd></div>
<div><dt>This process</dt><dd>${view.mode}</dd></div>
${sandbox === null ? null : environment(sandbox.environment)}
</dl></section>
${sandbox?.sample ? sample(sandbox.sample, sandbox.people) : null}
${sandbox ? tryIt(view.url, sandbox.keyFile, sandbox.sample?.request ?? null) : null}
<section><h2>Go on</h2><nav>
<a href="/reference/">API reference</a><a href="/openapi.json">OpenAPI 3.1</a><a href="/.well-known/jwks.json">Keys of approval tokens</a>
<a href="/healthz">Health</a><a href="/readyz">Readiness</a><a href="/metrics">Metrics</a></nav></section>
</main>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Countersign</title><style>${STYLE}</style></head><body>${body.html}</body></html>`;
}

const environment = (it: Environment): Html => html`
<div><dt>Environment</dt><dd>${it.name} <span class="chip">${it.kind}</span></dd></div>
<div><dt>Its clock (${it.clock.mode})</dt><dd>${readable(it.clock.now)}</dd></div>
<div><dt>Entries in its log</dt><dd>${it.head}</dd></div>`;

function sample(
  { request, history }: { request: Request; history: History },
  people: ReadonlyMap<string, string>,
): Html {
  const name = (id: string): string => people.get(id) ?? id;
  const waiting = (step: string): string[] =>
    request.assignments.filter((a) => a.step === step && a.status === 'open').map((a) => name(a.person));
  return html`<section><h2>A request: ${request.definition.name} ${request.externalReference ?? ''} ${chip(request.outcome ?? request.status)}</h2>
<dl><div><dt>Requested by</dt><dd>${name(request.requester)}</dd></div>
${Object.entries(request.revision.fields).map(([field, value]) => html`<div><dt>${field}</dt><dd>${shown(value)}</dd></div>`)}
<div><dt>Due</dt><dd>${request.dueAt === null ? 'no deadline' : readable(request.dueAt)}</dd></div></dl>
<h3>Route</h3><ol class="steps">${request.steps.map(
    (step) =>
      html`<li><b>${step.id}</b>${chip(step.status)}<span class="soft">${
        waiting(step.id).length === 0 ? '' : `waits for ${waiting(step.id).join(' or ')}`
      }</span></li>`,
  )}</ol>
<h3>Trail</h3><ol class="trail">${history.map(
    (entry) =>
      html`<li>${entry.event.type} <span class="soft">${subject(entry.event, name)}</span><small>entry ${entry.seq} · ${readable(entry.at)} · ${who(entry.actor, name)}</small></li>`,
  )}</ol></section>`;
}

function tryIt(url: string, keyFile: string, request: Request | null): Html {
  const open = request?.assignments.find((a) => a.status === 'open');
  const decide =
    request === null || open === undefined
      ? null
      : html`<p>Decide it, for the person who is asked:</p><pre>curl -s ${url}/v1/assignments/${open.id}/decisions \\
  -H "Authorization: Bearer $KEY" -H "Countersign-Act-For: ${open.person}" \\
  -H "Idempotency-Key: first" -H "Content-Type: application/json" \\
  -d '{"decision":"approve","revision":"${request.revision.digest}"}'</pre>`;
  return html`<section><h2>Try it</h2><pre>KEY=$(cat ${keyFile})
curl -s ${url}/v1/approval-requests -H "Authorization: Bearer $KEY"</pre>${decide}</section>`;
}

const WAITING = new Set(['open', 'in_review', 'on_hold', 'held', 'waiting', 'returned', 'draft']);
const BAD = new Set(['blocked', 'rejected', 'expired', 'cancelled']);
const chip = (status: string): Html =>
  html`<span class="chip ${WAITING.has(status) ? 'wait' : BAD.has(status) ? 'bad' : ''}">${status.replaceAll('_', ' ')}</span>`;

const readable = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

type Money = { readonly amount: string; readonly currency: string };
const isMoney = (value: object): value is Money =>
  'amount' in value &&
  typeof value.amount === 'string' &&
  'currency' in value &&
  typeof value.currency === 'string';

/** A value of a list, or a line item with its cells. */
function item(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (isMoney(value)) return `${value.amount} ${value.currency}`;
  if ('sealed' in value) return 'sealed';
  return `(${Object.entries(value)
    .map(([column, cell]) => `${column} ${item(cell)}`)
    .join(', ')})`;
}

function shown(value: Request['revision']['fields'][string]): string {
  if (Array.isArray(value)) return value.map(item).join(', ');
  if (typeof value !== 'object') return String(value);
  return isMoney(value) ? `${value.amount} ${value.currency}` : 'sealed';
}

/** The step and the person that an event is about. */
function subject(event: History[number]['event'], name: (id: string) => string): string {
  const step = 'step' in event && typeof event.step === 'string' ? event.step : '';
  const person = 'person' in event && typeof event.person === 'string' ? name(event.person) : '';
  return [step, person].filter((text) => text !== '').join(' · ');
}

function who(actor: History[number]['actor'], name: (id: string) => string): string {
  switch (actor.kind) {
    case 'person':
      return actor.via === undefined
        ? name(actor.person)
        : `${name(actor.person)}, through a service account`;
    case 'service':
      return 'a service account';
    case 'system':
      return actor.system;
    default: {
      const never: never = actor;
      return never;
    }
  }
}
