import { matrixDigest } from '../authority/matrix-find.ts';
import type { Actor } from '../request/model.ts';
import type { Directory, DirectoryEvent } from './directory.ts';
import type { Approver, MatrixVersion } from './model.ts';
import type { MatrixProposal } from './proposal.ts';

export type MatrixCommand =
  /** `alone`: the environment is a sandbox, where one person may play all parts. */
  | { readonly type: 'publishMatrix'; readonly version: MatrixVersion; readonly alone: boolean }
  | { readonly type: 'approveMatrix'; readonly matrix: string; readonly digest: string }
  | {
      readonly type: 'rejectMatrix';
      readonly matrix: string;
      readonly digest: string;
      readonly reason: string | null;
    };

export type MatrixRefusalCode =
  | 'no-proposal'
  | 'proposal-changed'
  | 'person-required'
  | 'own-proposal'
  | 'not-eligible';

export type MatrixDecided =
  | { readonly ok: true; readonly events: readonly DirectoryEvent[] }
  | { readonly ok: false; readonly code: MatrixRefusalCode; readonly message: string };

const refuse = (code: MatrixRefusalCode, message: string): MatrixDecided => ({ ok: false, code, message });

/**
 * A change of a matrix is approved by somebody else than its editor (SEMANTICS 15, decision record 0042): by those whom
 * `approvedBy` of the version in force names, never of the new one. The first version of a matrix changes nothing.
 */
export function decideMatrix(
  directory: Directory,
  command: MatrixCommand,
  actor: Actor,
  now: string,
): MatrixDecided {
  switch (command.type) {
    case 'publishMatrix': {
      const { version } = command;
      if (!needsApproval(directory, version.matrix, command.alone, now))
        return { ok: true, events: [{ type: 'matrix.published', version }] };
      return { ok: true, events: [{ type: 'matrix.proposed', version, by: actor, at: now }] };
    }
    case 'approveMatrix': {
      const found = named(directory, command);
      if ('code' in found) return found;
      const barred = mayNotApprove(directory, found, actor, now);
      if (barred !== null) return barred;
      const version = fromThenOn(found.version, now);
      const { digest } = command;
      return {
        ok: true,
        events: [{ type: 'matrix.published', version, proposal: digest, proposedBy: found.by }],
      };
    }
    case 'rejectMatrix': {
      const found = named(directory, command);
      if ('code' in found) return found;
      // Whoever made it may take it back: that takes no control away.
      const barred = isEditor(found.by, actor) ? null : mayNotApprove(directory, found, actor, now);
      if (barred !== null) return barred;
      const { matrix, digest, reason } = command;
      return { ok: true, events: [{ type: 'matrix.rejected', matrix, digest, reason }] };
    }
    default: {
      const never: never = command;
      return never;
    }
  }
}

/** Without a version there is nothing to change; in a sandbox only what names its approvers waits for them. */
export function needsApproval(directory: Directory, matrix: string, alone: boolean, now: string): boolean {
  const guard = guardOf(directory, matrix, now);
  return guard !== undefined && (guard.approvedBy !== undefined || !alone);
}

/** Whose word a change of a matrix needs; null: any person whose key may approve matrices. */
export const approversOf = (directory: Directory, matrix: string, now: string): Approver | null =>
  guardOf(directory, matrix, now)?.approvedBy ?? null;

/** The version in force; before any is, the one that comes first. */
function guardOf({ matrices }: Directory, matrix: string, now: string): MatrixVersion | undefined {
  const versions = matrices.get(matrix)?.value ?? [];
  return versions.findLast((one) => one.effectiveFrom <= now) ?? versions[0];
}

type Named = { readonly matrix: string; readonly digest: string };

/** An approval is of what its maker saw. */
function named(
  { proposals }: Directory,
  { matrix, digest }: Named,
): MatrixProposal | Extract<MatrixDecided, { ok: false }> {
  const found = proposals.get(matrix);
  if (!found)
    return { ok: false, code: 'no-proposal', message: `No change of ${matrix} waits for an approval.` };
  if (found.version.digest === digest) return found;
  const message = `The change of ${matrix} that waits has the digest ${found.version.digest}, not ${digest}. Read it again.`;
  return { ok: false, code: 'proposal-changed', message };
}

function mayNotApprove(
  directory: Directory,
  proposal: MatrixProposal,
  actor: Actor,
  now: string,
): MatrixDecided | null {
  if (actor.kind !== 'person')
    return refuse('person-required', 'A person approves a change of a matrix: say for whom you act.');
  const { person } = actor;
  const { matrix } = proposal.version;
  if (isEditor(proposal.by, actor))
    return refuse('own-proposal', `Nobody approves their own change of ${matrix}: somebody else must.`);
  if (directory.people.get(person)?.value?.active !== true)
    return refuse('not-eligible', `${person} is not an active person here.`);
  const approvers = approversOf(directory, matrix, now);
  if (approvers === null || includes(directory, approvers, person)) return null;
  return refuse(
    'not-eligible',
    `${person} may not approve changes of ${matrix}: its version in force names ${nameOf(approvers)}.`,
  );
}

/** A service account that edits by itself does not approve by naming a person either. */
function isEditor(by: Actor, actor: Actor): boolean {
  if (by.kind === 'person') return actor.kind === 'person' && actor.person === by.person;
  if (by.kind === 'system') return false;
  return actor.kind === 'service'
    ? actor.service === by.service
    : actor.kind === 'person' && actor.via === by.service;
}

function includes({ groups, roles }: Directory, approvers: Approver, person: string): boolean {
  if ('user' in approvers) return approvers.user === person;
  const members =
    'group' in approvers
      ? groups.get(approvers.group)?.value?.members
      : roles.get(approvers.role)?.value?.holders;
  return members?.includes(person) === true;
}

const nameOf = (approver: Approver): string =>
  'user' in approver
    ? approver.user
    : 'group' in approver
      ? `the group ${approver.group}`
      : `the role ${approver.role}`;

/** What is approved after its date is in force from the approval on: authority never reaches back. */
function fromThenOn(version: MatrixVersion, now: string): MatrixVersion {
  if (version.effectiveFrom >= now) return version;
  const { digest: _, ...rest } = { ...version, effectiveFrom: now };
  return { ...rest, digest: matrixDigest(rest) };
}
