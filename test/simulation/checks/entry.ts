import type { RequestEvent } from '@countersign/core';
import type { EntryRow } from '../database/tables.ts';

/** A leaf, read anew from the bytes in the log. */
export type Leaf = {
  readonly environment: string;
  readonly kind: string;
  readonly stream: string;
  readonly version: number;
  readonly previous: string | null;
  readonly command: {
    readonly id: string;
    readonly type: string;
    readonly actor: { readonly kind: string; readonly person?: string };
    readonly data: { readonly timer?: string };
  };
  readonly correlation: string | null;
  readonly now: string;
  readonly directory: number;
  readonly events: readonly { readonly type: string }[];
};

/** Events of a request's leaf. */
export const requestEvents = (leaf: Leaf): readonly RequestEvent[] => leaf.events as readonly RequestEvent[];

export type Entry = { readonly row: EntryRow; readonly leaf: Leaf };

export const readEntry = (row: EntryRow): Entry => ({ row, leaf: JSON.parse(row.leaf.toString('utf8')) });
