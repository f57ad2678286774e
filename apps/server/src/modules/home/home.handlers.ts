import { type AnswerOf, openApiDocument, type RouteId, type Scope } from '@countersign/contract';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import type { Principal } from '../../http/principal.ts';
import { type HealthRegistry, type Metrics, readiness } from '../../platform/index.ts';
import { type HomeView, homePage } from './home.page.ts';

export type OwnSandbox = {
  readonly environment: string;
  readonly keyFile: string;
  /** External reference of the request that may be shown without a key. */
  readonly sample: string | null;
};

export type HomeDeps = {
  readonly version: string;
  readonly mode: string;
  readonly url: () => string;
  readonly health: HealthRegistry;
  /** Null: not served. */
  readonly metrics: Metrics | null;
  /** The sandbox that this server made, and the reads that show it. */
  readonly sandbox: () => OwnSandbox | null;
  readonly reads: Pick<
    Handlers,
    'getEnvironment' | 'listApprovalRequests' | 'getApprovalRequest' | 'getHistory' | 'getPerson'
  >;
};

type HomeHandlers = Pick<Handlers, 'getHealth' | 'getReadiness' | 'getMetrics' | 'getOpenApi' | 'getHome'>;

export function homeHandlers(deps: HomeDeps): HomeHandlers {
  // Made when it is first asked for: a twentieth of a start, and most processes are never asked.
  let document: string | null = null;
  return {
    async getHealth() {
      return { status: 200, body: { status: 'ok' } };
    },
    async getReadiness() {
      const health = await deps.health.ready();
      return { status: health.ok ? 200 : 503, body: readiness(health) };
    },
    async getMetrics() {
      if (deps.metrics === null) return { status: 200, text: '', mediaType: 'text/plain; version=0.0.4' };
      const page = await deps.metrics.page();
      return { status: 200, text: page.text, mediaType: page.type };
    },
    async getOpenApi() {
      document ??= JSON.stringify(openApiDocument());
      return { status: 200, text: document, mediaType: 'application/openapi+json; charset=utf-8' };
    },
    async getHome() {
      const view = {
        version: deps.version,
        mode: deps.mode,
        url: deps.url(),
        sandbox: await sandboxOf(deps),
      };
      return { status: 200, text: homePage(view), mediaType: 'text/html; charset=utf-8' };
    },
  };
}

const SHOWN: readonly Scope[] = ['requests:read', 'environment:read', 'directory:read'];

/** Through the same reads as the API, so that the page can show nothing that they would not. */
async function sandboxOf({ sandbox, reads }: HomeDeps): Promise<HomeView['sandbox']> {
  const own = sandbox();
  if (own === null) return null;
  const call = callIn(own.environment);
  const environment = bodyOf<'getEnvironment'>(await reads.getEnvironment(call('getEnvironment', {})));
  const empty = { environment, sample: null, people: new Map(), keyFile: own.keyFile };
  if (own.sample === null) return empty;
  const listed = bodyOf<'listApprovalRequests'>(
    await reads.listApprovalRequests(
      call('listApprovalRequests', {
        query: { externalReference: own.sample, order: 'created', limit: 1 },
      }),
    ),
  );
  const first = listed.items[0];
  if (first === undefined) return empty;
  const params = { request: first.id };
  const request = bodyOf<'getApprovalRequest'>(
    await reads.getApprovalRequest(call('getApprovalRequest', { params })),
  );
  const history = bodyOf<'getHistory'>(
    await reads.getHistory(call('getHistory', { params, query: { limit: 100 } })),
  );
  const ids = new Set([request.requester, ...request.assignments.map((each) => each.person)]);
  const people = await Promise.all(
    [...ids].map(async (person) => {
      const found = bodyOf<'getPerson'>(
        await reads.getPerson(call('getPerson', { params: { person }, query: {} })),
      );
      return [person, found.name ?? person] as const;
    }),
  );
  return {
    environment,
    sample: { request, history: history.items },
    people: new Map(people),
    keyFile: own.keyFile,
  };
}

/** A call of this page: a principal that may read the sandbox, and nothing else. */
const callIn =
  (environment: string) =>
  <Id extends RouteId>(
    id: Id,
    input: { readonly params?: Call<Id>['params']; readonly query?: Call<Id>['query'] },
  ): Call<Id> => {
    const principal: Principal = {
      environment,
      serviceAccount: 'svc_home',
      key: 'key_home',
      scopes: new Set(SHOWN),
      definitions: null,
    };
    const call = {
      id,
      params: input.params,
      query: input.query,
      headers: undefined,
      body: undefined,
      stream: null,
      principal,
      actFor: null,
      idempotencyKey: null,
      requestDigest: Buffer.alloc(32),
      ifMatch: null,
      correlationId: 'home',
    };
    // The routes that this page calls take params and query only; which of them is in the type of each call.
    return call as unknown as Call<Id>;
  };

/** What a read answers with 200, by the contract that the tests hold every handler to. */
const bodyOf = <Id extends RouteId>(reply: Reply): AnswerOf<Id>[Extract<keyof AnswerOf<Id>, 200>] =>
  reply.body as AnswerOf<Id>[Extract<keyof AnswerOf<Id>, 200>];
