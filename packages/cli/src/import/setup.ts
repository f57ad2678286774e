import { type Definition, parseDefinition } from '@countersign/core';
import { type Client, isProblem } from '@countersign/sdk';
import { Refused } from '../kit/errors.ts';
import { CAST, type CastRole, STEP_OF_ROLE, userName } from './declarations.ts';
import type { Made } from './made.ts';

/** Role in the directory by role in the log; employees need none. */
const ROLE_OF: { readonly [R in Exclude<CastRole, 'EMPLOYEE'>]: string } = {
  ...STEP_OF_ROLE,
  MISSING: 'missing',
};

/** Who reopens: the log's name for whoever rejects after the final approval. */
export const REOPENING_ROLE = ROLE_OF.MISSING;

/** Ids by user name. */
export type People = (userName: string) => string;

/** One for all that the import does besides the cases: made up by nobody, so that one seed gives one log. */
export const SETUP = { correlationId: 'xes' } as const;

/** Freezes the clock at the first event, and makes the people, their roles and the definition. */
export async function setUp(client: Client, source: string, firstAt: string): Promise<People> {
  await freezeAt(client, firstAt);
  const roles = Object.keys(CAST) as CastRole[];
  const { data } = await client.changeDirectory({
    body: { changes: roles.flatMap((role) => members(role).map((name) => personChange(name))) },
    idempotencyKey: 'xes:people',
    ...SETUP,
  });
  const ids = new Map(data.people.map((person) => [person.userName, person.id]));
  const people: People = (name) => {
    const id = ids.get(name);
    if (id === undefined) throw new Refused('unknown-person', `The directory did not take ${name}.`);
    return id;
  };
  await client.changeDirectory({
    body: {
      changes: Object.entries(ROLE_OF).map(([role, key]) => ({
        change: 'role' as const,
        role: key,
        op: 'set' as const,
        persons: members(role as CastRole).map(people),
      })),
    },
    idempotencyKey: 'xes:roles',
    ...SETUP,
  });
  await client.publishDefinition({
    body: { format: 'yaml', source },
    idempotencyKey: 'xes:definition',
    ...SETUP,
  });
  return people;
}

const members = (role: CastRole): string[] => Array.from({ length: CAST[role] }, (_, n) => userName(role, n));

function personChange(name: string) {
  const shown = name.replace(/-/g, ' ').replace(/^./, (first) => first.toUpperCase());
  return { change: 'person' as const, userName: name, name: shown };
}

/** Moves the sandbox's clock to an event's time; it only moves forward. */
export async function freezeAt(client: Client, at: string): Promise<Made> {
  try {
    return await client.setClock({
      body: { mode: 'frozen', at },
      idempotencyKey: `xes:clock:${at}`,
      ...SETUP,
    });
  } catch (error) {
    if (!isProblem(error, 'clock-backwards')) throw error;
    throw new Refused(
      'clock-backwards',
      `The sandbox's clock is past ${at}, and it only moves forward. Start an empty sandbox whose clock stands before the log: countersign start --empty --clock ${at}`,
    );
  }
}

/** What the definition lacks of what this importer needs; empty if it fits. */
export function misfits(source: string): string[] {
  const parsed = parseDefinition(source);
  if (!parsed.ok) return parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  const { definition } = parsed;
  return [...fieldMisfits(definition), ...stepMisfits(definition), ...reopenMisfits(definition)];
}

export const definitionName = (source: string): string => {
  const parsed = parseDefinition(source);
  return parsed.ok ? parsed.definition.definition : '';
};

const FIELDS = {
  declarationNumber: 'text',
  budgetNumber: 'text',
  amount: 'money',
  preApprover: 'boolean',
  administration: 'boolean',
  budgetOwner: 'boolean',
} as const;

const fieldMisfits = ({ fields }: Definition): string[] =>
  Object.entries(FIELDS).flatMap(([name, type]) =>
    fields.some((field) => field.name === name && field.type === type)
      ? []
      : [`It has no field ${name} of type ${type}.`],
  );

const stepMisfits = ({ route }: Definition): string[] =>
  Object.values(STEP_OF_ROLE).flatMap((id) => {
    const step = route.find((node) => node.id === id);
    if (step?.kind !== 'approve' || step.by.by !== 'role' || step.by.role !== id)
      return [`It has no step ${id} for the role ${id}.`];
    return step.askAgain === 'always' ? [] : [`Its step ${id} does not ask again after every revision.`];
  });

const reopenMisfits = ({ reopen }: Definition): string[] =>
  reopen?.by === 'role' && reopen.role === REOPENING_ROLE
    ? []
    : [`The role ${REOPENING_ROLE} may not reopen.`];
