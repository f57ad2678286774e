import type { DirectoryChange, DirectoryEvent } from '@countersign/core';

/** The one stream of people, groups, roles and delegations of an environment. */
export const DIRECTORY_STREAM = 'directory';

/** Small, because it is written with each entry: what is decided on is the directory itself, folded by the engine. */
export type DirectoryState = { readonly changes: number };

export const directoryFold = {
  schema: 1,
  evolve: (before: DirectoryState | null, _event: DirectoryEvent): DirectoryState => ({
    changes: (before?.changes ?? 0) + 1,
  }),
} as const;

export const directoryStream = {
  stream: DIRECTORY_STREAM,
  kind: 'directory',
  fold: directoryFold,
  changesAuthority: true,
} as const;

export type Profile = Extract<DirectoryChange, { change: 'person' }>['profile'];

export const PROFILE = ['userName', 'name', 'email'] as const;
export type ProfileName = (typeof PROFILE)[number];

/** The form of a person's id; anything else that names a person is a user name. */
export const isPersonId = (reference: string): boolean =>
  /^usr_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(reference);
