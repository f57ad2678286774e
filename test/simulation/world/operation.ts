import { createHash } from 'node:crypto';
import type { CommandData, DirectoryChange } from '@countersign/core';

/** What a client asks for, under one idempotency key: sent again, it is the same bytes. */
export type Operation = {
  /** The idempotency key, and the correlation id that its entry shows. */
  readonly id: string;
  readonly environment: string;
  readonly service: string;
  readonly actFor: string | null;
  readonly act: Act;
};

export type Act =
  | ({ readonly kind: 'create' } & Omit<Extract<CommandData, { type: 'create' }>, 'type' | 'request'>)
  | {
      readonly kind: 'request';
      readonly request: string;
      readonly digest: string;
      readonly data: CommandData;
    }
  | { readonly kind: 'directory'; readonly changes: readonly DirectoryChange[] }
  | ({
      readonly kind: 'grant';
      readonly from: string;
      readonly to: string;
      readonly redelegable: boolean;
    } & Span)
  | { readonly kind: 'revoke'; readonly delegation: string }
  | { readonly kind: 'clock'; readonly mode: 'frozen' | 'running'; readonly at: string }
  /** One that the database refuses, and with it whatever is in its batch until it stands alone. */
  | { readonly kind: 'poison' };

type Span = { readonly starts: string; readonly ends: string };

/** What a client is told in the end. */
export type Answer = {
  readonly status: number;
  readonly text: string;
  readonly seq: number | null;
  /** Hex. */
  readonly leaf: string | null;
};

export const digestOf = (operation: Operation): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(operation.act))
    .update(operation.actFor ?? '')
    .digest();
