import type { ApprovalRequest, ApprovalRequestSummary, Assignment, Client } from '@countersign/sdk';
import { type Content, castOf, type PlannedEvent, STEP_OF_ROLE } from './declarations.ts';
import type { Made } from './made.ts';
import type { People } from './setup.ts';

/** What is known of a case's request, from answers. */
export type Filed = {
  readonly id: string;
  readonly digest: string;
  readonly status: ApprovalRequestSummary['status'];
  readonly content: Content;
  /** Places of this submission have this number or a greater one. */
  readonly since: number;
  /** Null where the last answer did not hold them. */
  readonly assignments: readonly Assignment[] | null;
};

export type Acted = { readonly filed: Filed; readonly made: readonly Made[] };

/** The act makes no sense on what was filed, so that no call could be made at all. */
export class NoSuchAct extends Error {
  override readonly name = 'NoSuchAct';
  readonly code: 'not-filed' | 'no-place';

  constructor(code: 'not-filed' | 'no-place', message: string) {
    super(message);
    this.code = code;
  }
}

export type Actors = {
  readonly client: Client;
  readonly people: People;
  readonly seed: string;
  readonly definition: string;
};

/** Does what one event asks for. Throws the server's refusal as it is. */
export async function act(actors: Actors, planned: PlannedEvent, filed: Filed | null): Promise<Acted> {
  const { action } = planned;
  switch (action.act) {
    case 'save':
      return create(actors, planned, action.content, true);
    case 'submit':
      return filed === null
        ? create(actors, planned, action.content, false)
        : submit(actors, planned, action.content, filed);
    case 'decide':
      return decide(actors, planned, action, known(filed));
    case 'withdraw': {
      const { id, content } = known(filed);
      const options = { ...call(planned), actFor: person(actors, 'EMPLOYEE', planned) };
      const answer = await actors.client.cancelApprovalRequest({
        path: { request: id },
        body: {},
        ...options,
      });
      return { filed: stateOf(answer.data, content, filed), made: [answer] };
    }
    case 'reopen': {
      const { id, content } = known(filed);
      const options = { ...call(planned), actFor: person(actors, 'MISSING', planned) };
      const body = { reason: planned.event.activity };
      const answer = await actors.client.reopenApprovalRequest({ path: { request: id }, body, ...options });
      return { filed: stateOf(answer.data, content, filed), made: [answer] };
    }
    case 'pay':
      return pay(actors, planned, action.state, known(filed));
    default: {
      const never: never = action;
      return never;
    }
  }
}

/** The same event has the same key and thread whenever it is played. */
const call = (
  { case: { name }, order: [, i] }: PlannedEvent,
  part = '',
): { idempotencyKey: string; correlationId: string } => ({
  idempotencyKey: `xes:${name}:${i}${part}`,
  correlationId: name,
});

const person = (
  { people, seed }: Actors,
  role: Parameters<typeof castOf>[0],
  planned: PlannedEvent,
): string => people(castOf(role, planned.case.name, seed));

function known(filed: Filed | null): Filed {
  if (filed === null) throw new NoSuchAct('not-filed', 'No request was filed before this event.');
  return filed;
}

async function create(
  actors: Actors,
  planned: PlannedEvent,
  content: Content,
  draft: boolean,
): Promise<Acted> {
  const { client, definition } = actors;
  const answer = await client.createApprovalRequest({
    body: {
      definition,
      externalReference: planned.case.name,
      fields: { ...content },
      ...(draft ? { draft } : {}),
    },
    ...call(planned),
    actFor: person(actors, 'EMPLOYEE', planned),
  });
  return { filed: submitted(answer.data, content), made: [answer] };
}

/** A later submission: what was withdrawn or closed is reopened by the employee first; then it is a new revision. */
async function submit(actors: Actors, planned: PlannedEvent, content: Content, filed: Filed): Promise<Acted> {
  const { client } = actors;
  const path = { request: filed.id };
  const actFor = person(actors, 'EMPLOYEE', planned);
  const made: Made[] = [];
  const revise = async (expected: string, part = '') => {
    const body = { expected, fields: { ...content } };
    const answer = await client.reviseApprovalRequest({ path, body, ...call(planned, part), actFor });
    made.push(answer);
    return answer.data;
  };
  if (filed.status === 'draft') {
    if (JSON.stringify(content) !== JSON.stringify(filed.content)) await revise(filed.digest, ':draft');
    const answer = await client.submitApprovalRequest({ path, body: {}, ...call(planned), actFor });
    return { filed: submitted(answer.data, content), made: [...made, answer] };
  }
  let expected = filed.digest;
  if (filed.status === 'closed') {
    const answer = await client.reopenApprovalRequest({
      path,
      body: {},
      ...call(planned, ':reopen'),
      actFor,
    });
    made.push(answer);
    expected = answer.data.revision.digest;
  }
  return { filed: submitted(await revise(expected), content), made };
}

type Decide = Extract<PlannedEvent['action'], { act: 'decide' }>;

async function decide(actors: Actors, planned: PlannedEvent, action: Decide, filed: Filed): Promise<Acted> {
  const { client } = actors;
  const step = STEP_OF_ROLE[action.role];
  const actFor = person(actors, action.role, planned);
  const assignments =
    filed.assignments ?? (await client.getApprovalRequest({ path: { request: filed.id } })).data.assignments;
  // The same place whether the import runs for the first time or resumes on a server that is ahead of it.
  const place = assignments.find(
    (a) => a.step === step && a.person === actFor && numberOf(a.id) >= filed.since,
  );
  if (place === undefined)
    throw new NoSuchAct(
      'no-place',
      `Nobody was asked in step ${step} since the last submission; the request is ${filed.status}.`,
    );
  const answer = await client.decideAssignment({
    path: { assignment: place.id },
    body: {
      decision: action.decision,
      revision: filed.digest,
      ...(action.decision === 'return' ? { reason: planned.event.activity } : {}),
    },
    ...call(planned),
    actFor,
  });
  const { status, revision } = answer.data.request;
  return { filed: { ...filed, status, digest: revision.digest, assignments: null }, made: [answer] };
}

/** The downstream system: it fetches the approval token when it acts, and presents it. */
async function pay(
  actors: Actors,
  planned: PlannedEvent,
  state: 'started' | 'done',
  filed: Filed,
): Promise<Acted> {
  const { client } = actors;
  const path = { request: filed.id };
  const { data } = await client.getApprovalToken({ path, correlationId: planned.case.name });
  const answer = await client.recordEffect({
    path,
    body: { effect: 'payment', state, token: data.token, reference: paymentReference(planned) },
    ...call(planned),
  });
  return { filed, made: [answer] };
}

/** The event's own id in the source: it names the payment, and lets a resumed import find it in the history. */
export const paymentReference = ({ event, case: { name }, order: [, i] }: PlannedEvent): string =>
  event.attributes.get('id') ?? `${name}:${i}`;

const numberOf = (assignment: string): number => Number(assignment.slice(assignment.lastIndexOf('_') + 1));

function submitted(request: ApprovalRequest, content: Content): Filed {
  const open = request.assignments.filter(({ status }) => status === 'open').map(({ id }) => numberOf(id));
  const since =
    open.length > 0
      ? Math.min(...open)
      : Math.max(0, ...request.assignments.map(({ id }) => numberOf(id))) + 1;
  return { ...stateOf(request, content, null), since };
}

function stateOf(request: ApprovalRequest, content: Content, before: Filed | null): Filed {
  const { id, status, revision, assignments } = request;
  return { id, status, digest: revision.digest, content, assignments, since: before?.since ?? 0 };
}
