import type { Json } from '../canonical/limits.ts';

export const ENTRY_KINDS = [
  'request',
  'definition',
  'matrix',
  'directory',
  'access',
  'environment',
  'document',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

type Envelope = {
  readonly v: 1;
  readonly environment: string;
  readonly kind: EntryKind;
  /** The stream that this entry extends; a stream has one kind. */
  readonly stream: string;
  /** Dense within the stream, from 1. */
  readonly version: number;
  /** Leaf hash (hex) of the stream's version before this one; null exactly at version 1. */
  readonly previous: string | null;
  /** The number of the engine that decided. */
  readonly engine: number;
  readonly correlation: string | null;
  /** RFC 3339, UTC, milliseconds: environment time. Never goes back within a stream. */
  readonly now: string;
  /** The directory revision that the decision read: the `seq` of the last change of authority. */
  readonly directory: number;
  /** By name of the fact, the SHA-256 (hex) of its canonical JSON. */
  readonly facts: { readonly [name: string]: string };
};

/** What is encoded: the parts that the core owns are opaque here, and checked only as JSON. */
export type LeafInput = Envelope & {
  readonly command: {
    readonly id: string;
    readonly type: string;
    readonly actor: unknown;
    readonly data: unknown;
  };
  readonly events: readonly { readonly type: string }[];
};

export type LeafEvent = { readonly type: string; readonly [member: string]: Json };

/**
 * An audit entry: one command with its events. Its canonical bytes are one leaf of the log.
 * `seq` is not in it: it is the leaf's place in the tree (leaf index + 1).
 */
export type Leaf = Envelope & {
  readonly command: { readonly id: string; readonly type: string; readonly actor: Json; readonly data: Json };
  readonly events: readonly LeafEvent[];
};
