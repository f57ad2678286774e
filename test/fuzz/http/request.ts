import type { Operation } from './document.ts';

/** A request as it goes over the wire; `url` and headers may be anything. */
export type WireRequest = {
  /** What it was made for; null where it is for none of the document's operations. */
  readonly operation: Operation | null;
  readonly method: string;
  readonly url: string;
  /** In order; a name may stand twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** Whether the generator knows that something is wrong with it. */
  readonly spoiled: readonly string[];
};

export type WireAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
};

export const withHeader = (request: WireRequest, name: string, value: string | null): WireRequest => {
  const others = request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: value === null ? others : [...others, [name, value]] };
};

export const headerOf = (request: WireRequest, name: string): string | undefined =>
  request.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
