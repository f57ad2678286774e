import {
  type Actor,
  type Command,
  type CommandData,
  type CompiledDefinition,
  compileDefinition,
  type Directory,
  type DirectoryChange,
  decide,
  decideDirectory,
  emptyDirectory,
  evolve,
  evolveDirectory,
  factSource,
  parseDefinition,
  type RequestEvent,
  type RequestState,
  recordFacts,
} from '@countersign/core';
import { type Client, CountersignProblem, type Problem } from '@countersign/sdk';
import { type Appended, memoryLog } from './log.ts';

type Input = {
  readonly path?: { readonly request?: string; readonly assignment?: string };
  readonly body?: Record<string, unknown>;
  readonly actFor?: string;
  readonly idempotencyKey?: string;
};

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const service: Actor = { kind: 'service', service: `svc_${uuid(1)}` };

function refuse(code: string, detail: string): never {
  const problem = { code, status: 409, title: code, detail, action: '', errors: [], data: {}, type: '' };
  // Only what the importer reads of a problem.
  throw new CountersignProblem(problem as unknown as Problem, 'test', 1);
}

/**
 * The calls that the importer makes, answered by the core and the ledger in memory: no HTTP, no database, no sealing,
 * and otherwise what the server does. Idempotency keys replay as they do there.
 */
export function coreClient() {
  const log = memoryLog();
  const requests = new Map<string, RequestState>();
  const histories = new Map<string, readonly RequestEvent[]>();
  const answers = new Map<string, unknown>();
  let directory: Directory = emptyDirectory();
  let definition: CompiledDefinition | null = null;
  let [now, commands, people] = ['2000-01-01T00:00:00.000Z', 0, 0];
  const commandOf = (actor: Actor, data: unknown) => {
    commands++;
    return { id: `cmd_${uuid(commands)}`, actor, data };
  };

  const once = async (input: Input, make: () => { data: unknown; receipt: Appended }) => {
    const key = input.idempotencyKey ?? '';
    const kept = answers.get(key);
    if (kept !== undefined) return { ...(kept as object), replayed: true };
    const answer = { status: 200, ...make() };
    answers.set(key, structuredClone(answer));
    return { ...answer, replayed: false };
  };

  const run = (id: string, input: Input, data: CommandData) => {
    if (definition === null) throw new TypeError('no definition was published');
    const actor: Actor = input.actFor === undefined ? service : { kind: 'person', person: input.actFor };
    const before = requests.get(id) ?? null;
    const recorder = recordFacts(factSource(directory));
    const command: Command = { ...commandOf(actor, data), data };
    const decided = decide(before, command, { now, definition, facts: recorder.source });
    if (!decided.ok) return refuse(decided.refusal.code, decided.refusal.message);
    let state = before;
    for (const event of decided.events) state = evolve(state, event, now);
    if (state === null) throw new TypeError('a command without events');
    requests.set(id, state);
    histories.set(id, [...(histories.get(id) ?? []), ...decided.events]);
    const receipt = log.append({
      kind: 'request',
      stream: id,
      command: { id: command.id, type: data.type, actor, data },
      events: decided.events,
      now,
      directory: directory.revision,
      facts: recorder.used(),
    });
    return { state, receipt };
  };

  const command = (data: (input: Input) => CommandData) => (input: Input) =>
    once(input, () => {
      const { state, receipt } = run(requestOf(input), input, data(input));
      return { data: present(state), receipt };
    });
  const requestOf = ({ path }: Input): string =>
    path?.request ?? `req_${path?.assignment?.split('_')[1] ?? ''}`;
  const content = (input: Input) => ({ fields: (input.body?.fields ?? {}) as never, documents: {} });

  const client = {
    setClock: (input: Input) =>
      once(input, () => {
        const at = new Date(String(input.body?.at)).toISOString();
        if (at < now) refuse('clock-backwards', `it is ${now}`);
        now = at;
        const { id, actor } = commandOf(service, null);
        const command = { id, type: 'setClock', actor, data: { at } };
        const entry = {
          kind: 'environment' as const,
          stream: 'env',
          command,
          events: [{ type: 'clock.set', at }],
        };
        const receipt = log.append({ ...entry, now, directory: directory.revision, facts: {} });
        return { data: { mode: 'frozen', now }, receipt };
      }),
    changeDirectory: (input: Input) =>
      once(input, () => {
        const named: { id: string; userName: string }[] = [];
        const given = (input.body?.changes ?? []) as Record<string, unknown>[];
        const changes = given.map((change): DirectoryChange => {
          if (change.change === 'role')
            return {
              change: 'role',
              key: String(change.role),
              add: change.persons as string[],
              remove: [],
            };
          people++;
          const person = `usr_${uuid(people)}`;
          named.push({ id: person, userName: String(change.userName) });
          return { change: 'person', person, active: true, manager: null, profile: {} };
        });
        const data = { type: 'changeDirectory' as const, changes };
        const decided = decideDirectory(directory, data, now);
        if (!decided.ok) return refuse(decided.code, decided.message);
        const { id, actor } = commandOf(service, data);
        const entry = { kind: 'directory' as const, stream: 'directory', events: decided.events };
        const command = { id, type: 'changeDirectory', actor, data };
        const receipt = log.append({ ...entry, command, now, directory: directory.revision, facts: {} });
        directory = evolveDirectory(directory, decided.events, receipt.seq);
        return { data: { revision: receipt.seq, people: named }, receipt };
      }),
    publishDefinition: (input: Input) =>
      once(input, () => {
        const parsed = parseDefinition(String(input.body?.source));
        if (!parsed.ok) return refuse('definition-invalid', 'it has errors');
        definition = compileDefinition(parsed.definition);
        const { id, actor } = commandOf(service, null);
        const { digest } = parsed;
        const events = [{ type: 'definition.published', digest, canonical: parsed.definition }];
        const command = { id, type: 'publishDefinition', actor, data: { digest } };
        const entry = { kind: 'definition' as const, stream: parsed.definition.definition, command, events };
        return { data: {}, receipt: log.append({ ...entry, now, directory: directory.revision, facts: {} }) };
      }),
    createApprovalRequest: (input: Input) =>
      once(input, () => {
        const request = `req_${uuid(requests.size + 1)}`;
        const { state, receipt } = run(request, input, {
          type: 'create',
          request,
          definition: String(input.body?.definition),
          definitionDigest: definition?.digest ?? '',
          requester: input.actFor ?? '',
          submitter: null,
          beneficiary: null,
          externalReference: String(input.body?.externalReference),
          content: content(input),
          draft: input.body?.draft === true,
        });
        return { data: present(state), receipt };
      }),
    submitApprovalRequest: command(() => ({ type: 'submit' })),
    reviseApprovalRequest: command((input) => ({
      type: 'revise',
      expected: String(input.body?.expected),
      content: content(input),
    })),
    cancelApprovalRequest: command(() => ({ type: 'cancel', reason: null })),
    reopenApprovalRequest: command(() => ({ type: 'reopen', reason: null })),
    decideAssignment: (input: Input) =>
      once(input, () => {
        const { state, receipt } = run(requestOf(input), input, {
          type: 'decide',
          assignment: Number(input.path?.assignment?.split('_')[2]),
          decision: input.body?.decision as 'approve' | 'return',
          revisionDigest: String(input.body?.revision),
          reason: null,
          comment: null,
          onBehalfOf: null,
        });
        return { data: { request: present(state) }, receipt };
      }),
    getApprovalRequest: async (input: Input) => {
      const state = requests.get(requestOf(input));
      return state === undefined ? refuse('not-found', 'none') : { data: present(state) };
    },
    getApprovalToken: async (input: Input) => {
      const state = requests.get(requestOf(input));
      if (state?.status !== 'closed' || state.outcome !== 'approved')
        return refuse('effect-not-allowed', `The request is ${state?.status}.`);
      return { data: { token: `${state.statusVersion}.${Math.random()}` } };
    },
    recordEffect: (input: Input) => {
      if (answers.has(input.idempotencyKey ?? '')) refuse('idempotency-key-reused', 'another body');
      return once(input, () => {
        const { body } = input;
        const { receipt } = run(requestOf(input), input, {
          type: 'recordEffect',
          effect: String(body?.effect),
          state: body?.state as 'started' | 'done',
          reference: String(body?.reference),
          statusVersion: Number.parseInt(String(body?.token), 10),
        });
        return { data: {}, receipt };
      });
    },
    async *items(_: 'getHistory', input: Input) {
      for (const event of histories.get(requestOf(input)) ?? []) yield { event };
    },
    getCheckpoint: async () => ({ data: log.checkpoint() }),
    exportAudit: async () => ({
      data: ReadableStream.from(encoded(log.lines())),
    }),
  };
  return { client: client as unknown as Client, log };
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line);
}

const asId = (state: RequestState, n: number): string => `asg_${state.request.slice(4)}_${n}`;

const present = (state: RequestState) => ({
  id: state.request,
  status: state.status,
  outcome: state.outcome,
  revision: { number: state.revision.number, digest: state.revision.digest },
  assignments: state.assignments.map(({ n, step, person, status }) => ({
    id: asId(state, n),
    step,
    person,
    status,
  })),
});
