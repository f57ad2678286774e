import { canonicalJson, digestJson } from '../facts/digest.ts';
import type { Definition } from './model.ts';

/** The canonical text (RFC 8785): what is stored, compared and digested. */
export function canonicalDefinition(definition: Definition): string {
  return canonicalJson(definition);
}

/** SHA-256 (hex) of the canonical text: the name of this version. */
export function definitionDigest(definition: Definition): string {
  return digestJson(definition);
}

/**
 * Reads back a text that `canonicalDefinition` made. Throws a TypeError for any other text: a stored definition that
 * is not canonical has been tampered with.
 */
export function parseCanonicalDefinition(text: string): Definition {
  const value: unknown = JSON.parse(text);
  if (!isCanonical(value) || canonicalJson(value) !== text)
    throw new TypeError('parseCanonicalDefinition: not a canonical definition');
  return value;
}

const MEMBERS = [
  ...['definition', 'documents', 'due', 'expire', 'fields', 'limits', 'reopen'],
  ...['route', 'separate', 'time', 'title'],
];

/** Absent unless used, so that definitions that do not use them keep their digests. */
const OPTIONAL = [
  ...['confidential', 'dueRange', 'money', 'number', 'observers', 'parameters', 'reasons', 'retain'],
  'sections',
];

function isCanonical(value: unknown): value is Definition {
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(value);
  return (
    MEMBERS.every((member) => member in value) &&
    names.every((name) => MEMBERS.includes(name) || OPTIONAL.includes(name))
  );
}
