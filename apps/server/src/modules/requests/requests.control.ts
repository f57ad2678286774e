import type { CommandData } from '@countersign/core';
import type { Call, Reply } from '../../http/call.ts';
import { idsOf } from '../../http/change.ts';
import { withNames } from './requests.names.ts';
import type { RequestDeps } from './requests.ports.ts';
import { splitAssignmentId } from './requests.present.ts';
import { pinnedDefinition, runRequest } from './requests.run.ts';
import { opened } from './requests.usecases.ts';

type OnPlace = Call<'reworkAssignment'>;

/** Whom a command names, as the names of one call are looked up. */
type Person = (field: string, reference: string) => Promise<string>;

/** Runs what a person does with the authority of a place, beside deciding. */
function actOnPlace(
  deps: RequestDeps,
  call: OnPlace,
  dataOf: (assignment: number, person: Person) => Promise<CommandData>,
): Promise<Reply> {
  const { environment } = call.principal;
  return withNames(deps, environment, async (names) => {
    const { request, n } = splitAssignmentId(call.params.assignment);
    const definition = await pinnedDefinition(deps, call.principal, request);
    const reply = await runRequest(deps, call, async () => {
      const data = await dataOf(n, names.person);
      return { request, names, definition, ids: await idsOf(deps.engine, call), data };
    });
    return opened(deps, environment, reply);
  });
}

/** Back to an earlier step of the same revision (SEMANTICS 6). */
export const reworkAssignment = (deps: RequestDeps, call: Call<'reworkAssignment'>): Promise<Reply> =>
  actOnPlace(deps, call, async (assignment, person) => {
    const { to, revision, reason, onBehalfOf } = call.body;
    return {
      type: 'rework',
      assignment,
      to,
      revisionDigest: revision,
      reason: reason ?? null,
      onBehalfOf: onBehalfOf === undefined ? null : await person('onBehalfOf', onBehalfOf),
    };
  });
