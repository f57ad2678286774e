import type { AnswerOf } from '@countersign/contract';
import { type Delegation, type DirectoryEvent, decideDirectory } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import { change, idsOf } from '../../http/change.ts';
import { makeCursor, numberAt, readCursor } from '../../http/cursor.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { type DirectoryState, directoryStream, type People } from '../directory/index.ts';
import { findDelegation, listDelegations, type StoredDelegation } from './delegations.queries.ts';

export type DelegationDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly people: People;
  readonly definitionExists: (environment: string, name: string) => Promise<boolean>;
};

type DelegationHandlers = Pick<Handlers, 'createDelegation' | 'listDelegations' | 'revokeDelegation'>;
type Served = AnswerOf<'createDelegation'>[201];

export const delegationHandlers = (deps: DelegationDeps): DelegationHandlers => ({
  createDelegation: (call) => grant(deps, call),
  listDelegations: (call) => list(deps, call),
  revokeDelegation: (call) => revoke(deps, call),
});

/** RFC 3339 with any offset, as the log writes it. */
const utc = (instant: string): string => new Date(instant).toISOString();

/** A person lends their own authority; a service account with the scope says whose. */
async function grant(deps: DelegationDeps, call: Call<'createDelegation'>): Promise<Reply> {
  const { principal, actFor, body } = call;
  const { environment } = principal;
  const from = body.from === undefined ? actFor : await personOf(deps, environment, 'from', body.from);
  if (from === null)
    throw new ProblemError('person-required', {
      detail: 'Say whose authority it is: send `from`, or Countersign-Act-For.',
    });
  if (actFor !== null && actFor !== from)
    throw new ProblemError('not-allowed', { detail: 'A person delegates their own authority only.' });
  const to = await personOf(deps, environment, 'to', body.to);
  for (const [i, name] of (body.definitions ?? []).entries()) {
    if (await deps.definitionExists(environment, name)) continue;
    throw new ProblemError('unknown-definition', {
      errors: [
        {
          field: `definitions[${i}]`,
          code: 'unknown-definition',
          message: `There is no definition ${name}.`,
        },
      ],
    });
  }
  const ids = await idsOf(deps.engine, call);
  const delegation: Omit<Delegation, 'recordedAt'> = {
    id: ids.id('dlg'),
    from,
    to,
    starts: utc(body.starts),
    ends: utc(body.ends),
    ...(body.definitions === undefined ? {} : { definitions: [...new Set(body.definitions)].sort() }),
    ...(body.limit === undefined ? {} : { limit: body.limit }),
    redelegable: body.redelegable,
  };
  const data = { type: 'changeDirectory', changes: [{ change: 'grantDelegation', delegation }] } as const;
  return change<DirectoryState, DirectoryEvent>(deps.engine, call, {
    ...directoryStream,
    ids,
    command: { type: 'changeDirectory', data },
    decide(_state, { directory, now }) {
      const decided = decideDirectory(directory, data, now);
      if (!decided.ok) throw invalid(decided.errors);
      for (const [field, person] of Object.entries({ from, to })) {
        if (directory.people.get(person)?.value?.active !== true) throw inactive(field, person);
      }
      return decided.events;
    },
    project: () => ({ writes: { delegation: [rowOf(delegation)] } }),
    answer: ({ now }) => ({ status: 201, body: served({ ...delegation, recordedAt: now }, null) }),
  });
}

async function personOf(
  { people }: DelegationDeps,
  environment: string,
  field: string,
  reference: string,
): Promise<string> {
  const person = await people.resolve(environment, reference);
  if (person !== null) return person;
  const message = `There is no person ${reference}.`;
  throw new ProblemError('unknown-person', {
    detail: message,
    errors: [{ field, code: 'unknown-person', message }],
  });
}

const inactive = (field: string, person: string): ProblemError =>
  new ProblemError('person-inactive', {
    errors: [{ field, code: 'person-inactive', message: `${person} is not active.` }],
  });

/** The core names the place in its batch of one; people know the members of what they sent. */
function invalid(faults: readonly { field: string; code: string; message: string }[]): ProblemError {
  const errors = faults.map((fault) => ({ ...fault, field: fault.field.replace(/^changes\[0\]\./, '') }));
  return new ProblemError('delegation-invalid', {
    detail: errors[0]?.message ?? 'It cannot be granted.',
    errors,
  });
}

const rowOf = ({
  id,
  from,
  to,
  starts,
  ends,
  definitions,
  limit,
  redelegable,
}: Omit<Delegation, 'recordedAt'>) => ({
  delegation: id,
  delegator: from,
  delegate: to,
  valid_from: starts,
  valid_until: ends,
  terms: { definitions: definitions ?? null, limit: limit ?? null, redelegable: redelegable ?? false },
});

const served = (d: Delegation, revokedAt: string | null): Served => ({
  id: d.id,
  from: d.from,
  to: d.to,
  starts: d.starts,
  ends: d.ends,
  definitions: d.definitions ? [...d.definitions] : null,
  limit: d.limit ?? null,
  redelegable: d.redelegable ?? false,
  recordedAt: d.recordedAt,
  revokedAt,
});

/** From the acknowledgement on, no decision under it commits: the directory's revision has moved. */
async function revoke(deps: DelegationDeps, call: Call<'revokeDelegation'>): Promise<Reply> {
  const { principal, actFor, params } = call;
  const stored = await findDelegation(deps.reader, principal.environment, params.delegation);
  if (stored === null) throw notFound('delegation');
  if (actFor !== null && actFor !== stored.from)
    throw new ProblemError('not-allowed', {
      detail: 'Only who granted a delegation, or a service account, revokes it.',
    });
  const data = {
    type: 'changeDirectory',
    changes: [{ change: 'revokeDelegation', delegation: stored.id, to: stored.to }],
  } as const;
  return change<DirectoryState, DirectoryEvent>(deps.engine, call, {
    ...directoryStream,
    command: { type: 'changeDirectory', data },
    decide(_state, { directory, now }) {
      const decided = decideDirectory(directory, data, now);
      if (!decided.ok)
        throw new ProblemError('already-revoked', {
          detail: `The delegation ${stored.id} was revoked before.`,
        });
      return decided.events;
    },
    project: () => ({ writes: { delegation_revoked: [{ delegation: stored.id }] } }),
    answer: ({ now }) => ({ status: 200, body: served(stored, now) }),
  });
}

async function list(deps: DelegationDeps, { principal, query }: Call<'listDelegations'>): Promise<Reply> {
  const cursor = readCursor(query);
  const now = await deps.engine.now(principal.environment);
  const rows = await listDelegations(deps.reader, principal.environment, {
    ...query,
    now,
    after: cursor === null ? 0 : numberAt(cursor, 0),
  });
  const page = rows.slice(0, query.limit);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  const items = page.map((row: StoredDelegation) => served(row, row.revokedAt));
  return { status: 200, body: { items, nextCursor: last ? makeCursor(query, [last.recordedSeq]) : null } };
}
