import { existsSync } from 'node:fs';
import { type Definition, parseDefinition } from '@countersign/core';
import { connect } from './connection.ts';
import { canonicalOf } from './definition.ts';
import { Refused, UsageError } from './errors.ts';
import { formatOf, readText } from './files.ts';
import type { Io } from './io.ts';
import { partsFrom, resolveGiven } from './parts.ts';

type Connection = Parameters<typeof connect>[0] & { readonly part: readonly string[] };

/** A file, or a version on the server: name@3, name@<digest>, or name@latest. */
export async function readDefinition(reference: string, flags: Connection, io: Io): Promise<Definition> {
  const onServer = /^([a-z0-9][a-z0-9-]*)@(latest|\d+|[0-9a-f]{64})$/.exec(reference);
  if (onServer === null || existsSync(reference)) {
    if (!existsSync(reference))
      throw new UsageError(`${reference} is neither a file nor a version such as purchase-order@3.`);
    return parse(reference, readText(reference), formatOf(reference), flags.part);
  }
  const [, name = '', version = ''] = onServer;
  const client = connect(flags, io);
  const { data } =
    version === 'latest'
      ? await client.getDefinition({ path: { name } })
      : await client.getDefinitionVersion({ path: { name, version } });
  return canonicalOf(reference, data.canonical);
}

function parse(name: string, source: string, format: 'yaml' | 'json', parts: readonly string[]): Definition {
  const parsed = parseDefinition(source, format);
  const resolved = parsed.ok ? resolveGiven(parsed, partsFrom(parts)) : parsed;
  if (resolved.ok) return resolved.definition;
  const [first] = resolved.problems;
  const where = first === undefined ? '' : ` ${name}:${first.line}:${first.column} ${first.message}`;
  throw new Refused('definition-invalid', `${name} is not a definition.${where}`);
}
