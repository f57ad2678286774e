import type { Json } from './canonical/limits.ts';

export type JsonObject = { readonly [key: string]: Json };

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value);

export const isTextList = (value: Json | undefined): value is readonly string[] =>
  isList(value) && value.every((text) => typeof text === 'string');

/**
 * The object, if it has exactly these members (sorted, joined by commas). Canonical text holds its members in
 * order, so comparing the joined names compares the sets.
 */
export function membersOf(value: Json | undefined, names: string): JsonObject | undefined {
  return isObject(value) && Object.keys(value).join() === names ? value : undefined;
}
