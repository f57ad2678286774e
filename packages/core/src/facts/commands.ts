import type { CalendarVersion, Delegation, RateTable } from './model.ts';

type Sealed = { readonly sealed: string; readonly commitment: string };

/** One change of authority; a command carries up to a thousand, all or nothing. */
export type DirectoryChange =
  | {
      readonly change: 'person';
      readonly person: string;
      readonly active: boolean;
      readonly manager: string | null;
      readonly profile: { readonly [name: string]: Sealed };
    }
  | {
      readonly change: 'group' | 'role';
      readonly key: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly change: 'grantDelegation'; readonly delegation: Omit<Delegation, 'recordedAt'> }
  | { readonly change: 'revokeDelegation'; readonly delegation: string; readonly to: string }
  | { readonly change: 'calendar'; readonly version: CalendarVersion }
  | { readonly change: 'rates'; readonly table: RateTable };

export type DirectoryCommand = {
  readonly type: 'changeDirectory';
  readonly changes: readonly DirectoryChange[];
};

export const MAX_DIRECTORY_CHANGES = 1000;
