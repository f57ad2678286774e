import type { AnswerOf, FieldError, ProblemCode } from '@countersign/contract';
import {
  type Delegation,
  type Directory,
  type DirectoryCommand,
  type DirectoryEvent,
  decideDirectory,
  factSource,
} from '@countersign/core';
import type { Ids } from '../../engine/ids.ts';
import type { Call, Reply } from '../../http/call.ts';
import { type ChangeSpec, change, idsOf } from '../../http/change.ts';
import type { Principal } from '../../http/principal.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import { type DirectoryState, directoryStream } from '../directory/index.ts';
import type { DelegationDeps } from './delegations.ports.ts';
import { type Delegation as Delegated, findDelegation, type Terms } from './delegations.queries.ts';

type Granted = Omit<Delegation, 'recordedAt'>;

/** Lends authority for a time. A person gives their own; a service account with the scope says whose. */
export async function createDelegation(deps: DelegationDeps, call: Call<'createDelegation'>): Promise<Reply> {
  const definitions = await definitionsOf(deps, call);
  return change<DirectoryState, DirectoryEvent>(deps.engine, call, async () =>
    granting(call, definitions, await partiesOf(deps, call), await idsOf(deps.engine, call)),
  );
}

function granting(
  { body }: Call<'createDelegation'>,
  definitions: string[] | null,
  { from, to }: Parties,
  ids: Ids,
): ChangeSpec<DirectoryState, DirectoryEvent> {
  const categories = body.categories === undefined ? null : categoriesOf(body.categories);
  const delegation: Granted = {
    id: ids.id('dlg'),
    from,
    to,
    starts: new Date(body.starts).toISOString(),
    ends: new Date(body.ends).toISOString(),
    ...(definitions === null ? {} : { definitions }),
    ...(body.limit === undefined ? {} : { limit: body.limit }),
    ...(categories === null ? {} : { categories }),
    ...(body.redelegable ? { redelegable: true } : {}),
  };
  const command: DirectoryCommand = {
    type: 'changeDirectory',
    changes: [{ change: 'grantDelegation', delegation }],
  };
  return {
    ...directoryStream,
    ids,
    command: { type: 'grantDelegation', data: command },
    decide(_state, { directory, now }) {
      for (const [field, person] of [
        ['from', from],
        ['to', to],
      ] as const) {
        if (directory.people.get(person)?.value?.active === true) continue;
        throw refusal('person-inactive', field, `${person} is not active.`);
      }
      if (closesCircle(directory, delegation)) {
        const message = `${to} has delegated to ${from} for some of this time: authority would go in a circle.`;
        throw refusal('delegation-invalid', 'to', message, 'circle');
      }
      const decided = decideDirectory(directory, command, now);
      if (decided.ok) return decided.events;
      const errors = decided.errors.map(({ field, message }) => {
        const name = field.replace('changes[0].', '');
        return { field: name, code: name === 'to' ? 'to-oneself' : 'wrong-time', message };
      });
      throw new ProblemError('delegation-invalid', { detail: decided.message, errors });
    },
    project: () => {
      const terms: Terms = {
        ...(delegation.definitions ? { definitions: delegation.definitions } : {}),
        ...(delegation.limit ? { limit: delegation.limit } : {}),
        ...(categories === null ? {} : { categories }),
        ...(delegation.redelegable ? { redelegable: true } : {}),
      };
      const { id, starts, ends } = delegation;
      return {
        writes: {
          delegation: [
            { delegation: id, delegator: from, delegate: to, valid_from: starts, valid_until: ends, terms },
          ],
        },
      };
    },
    answer: ({ now }) => {
      const granted: AnswerOf<'createDelegation'>[201] = {
        id: delegation.id,
        from,
        to,
        starts: delegation.starts,
        ends: delegation.ends,
        definitions,
        limit: body.limit ?? null,
        categories,
        redelegable: body.redelegable,
        recordedAt: now,
        revokedAt: null,
      };
      return { status: 201, body: granted };
    },
  };
}

type Parties = { readonly from: string; readonly to: string };

/** Each value once and in order, so that one scope has one form. */
const categoriesOf = (given: {
  readonly [field: string]: readonly string[];
}): { [field: string]: string[] } =>
  Object.fromEntries(Object.entries(given).map(([field, values]) => [field, [...new Set(values)].sort()]));

async function partiesOf(
  { people }: DelegationDeps,
  { principal, actFor, body }: Call<'createDelegation'>,
): Promise<Parties> {
  const find = async (field: string, reference: string): Promise<string> => {
    const person = await people.resolve(principal.environment, reference);
    if (person !== null) return person;
    throw refusal('unknown-person', field, `There is no person ${reference}.`);
  };
  const from = body.from === undefined ? actFor : await find('from', body.from);
  if (from === null) {
    throw new ProblemError('person-required', {
      detail: 'Say whose authority is lent: name `from`, or the person acted for.',
      errors: [{ field: 'from', code: 'required', message: 'Name the person whose authority is lent.' }],
    });
  }
  if (actFor !== null && from !== actFor) {
    throw refusal('not-allowed', 'from', 'A person lends their own authority, and nobody else’s.');
  }
  return { from, to: await find('to', body.to) };
}

/** Null: every definition. */
async function definitionsOf(
  { definitionExists }: DelegationDeps,
  { principal, body }: Call<'createDelegation'>,
): Promise<string[] | null> {
  const covered = principal.definitions;
  if (covered !== null && body.definitions === undefined) {
    const message = 'This key covers some definitions only: name those that the delegation is for.';
    throw refusal('not-allowed', 'definitions', message);
  }
  for (const [i, name] of (body.definitions ?? []).entries()) {
    if (covered !== null && !covered.includes(name))
      throw refusal('not-allowed', `definitions[${i}]`, `This key does not cover the definition ${name}.`);
    if (!(await definitionExists(principal.environment, name)))
      throw refusal('unknown-definition', `definitions[${i}]`, `There is no definition ${name}.`);
  }
  return body.definitions === undefined ? null : [...new Set(body.definitions)].sort();
}

/** Does what is lent come back to its giver, at some time within the delegation? */
function closesCircle(directory: Directory, { from, to, starts, ends }: Granted): boolean {
  const facts = factSource(directory);
  const seen = new Set<string>();
  const comesBack = (person: string, since: string, until: string): boolean =>
    facts.delegations(person).value.some((link) => {
      const begin = link.starts > since ? link.starts : since;
      const end = link.ends < until ? link.ends : until;
      if (begin >= end) return false;
      if (link.from === to) return true;
      const place = `${link.from} ${begin} ${end}`;
      if (seen.has(place)) return false;
      seen.add(place);
      return comesBack(link.from, begin, end);
    });
  return comesBack(from, starts, ends);
}

/** From the acknowledgement on, no decision under it commits. The delegator revokes, or a service account with the scope. */
export async function revokeDelegation(deps: DelegationDeps, call: Call<'revokeDelegation'>): Promise<Reply> {
  const { environment } = call.principal;
  const found = await findDelegation(deps.reader, environment, call.params.delegation);
  if (found === null) throw notFound('delegation');
  const { id: delegation, from, to } = found;
  refuseUncovered(call.principal, found);
  if (call.actFor !== null && call.actFor !== from) {
    throw new ProblemError('not-allowed', { detail: `Only ${from}, whose authority it is, may revoke it.` });
  }
  const command: DirectoryCommand = {
    type: 'changeDirectory',
    changes: [{ change: 'revokeDelegation', delegation, to }],
  };
  const { reason } = call.body;
  return change<DirectoryState, DirectoryEvent>(deps.engine, call, {
    ...directoryStream,
    command: { type: 'revokeDelegation', data: reason === undefined ? command : { ...command, reason } },
    decide(_state, { directory, now }) {
      const decided = decideDirectory(directory, command, now);
      if (decided.ok) return decided.events;
      // It was recorded, and delegations leave the directory by revocation only.
      throw new ProblemError('already-revoked', {
        detail: 'The delegation was revoked before.',
        ...(found.revokedAt === null ? {} : { data: { revokedAt: found.revokedAt } }),
      });
    },
    project: () => ({ writes: { delegation_revoked: [{ delegation }] } }),
    answer: ({ now }) => ({ status: 200, body: { ...found, revokedAt: now } }),
  });
}

/** A key that covers some definitions takes away only what it could give. */
function refuseUncovered({ definitions: covered }: Principal, { definitions }: Delegated): void {
  if (covered === null || definitions?.every((name) => covered.includes(name)) === true) return;
  throw new ProblemError('not-allowed', {
    detail: 'This key covers some definitions only, and the delegation holds for others too.',
  });
}

function refusal(code: ProblemCode, field: string, message: string, fault: string = code): ProblemError {
  const errors: FieldError[] = [{ field, code: fault, message }];
  return new ProblemError(code, { detail: message, errors });
}
