import { setImmediate } from 'node:timers/promises';
import { type CompiledDefinition, compileDefinition, parseCanonicalDefinition } from '@countersign/core';
import type { Reader } from '../../db/read.ts';

/** A published version, ready for deciding. */
export type PublishedDefinition = {
  readonly name: string;
  readonly version: number;
  readonly compiled: CompiledDefinition;
};

export type DefinitionStore = {
  /** The version of this digest; the newest where it was published several times. */
  byDigest(environment: string, digest: string): Promise<PublishedDefinition | null>;
  byVersion(environment: string, name: string, version: number): Promise<PublishedDefinition | null>;
  newest(environment: string, name: string): Promise<PublishedDefinition | null>;
};

type Row = {
  readonly definition: string;
  readonly version: number;
  readonly digest: string;
  readonly canonical: string;
};

/** Compiled definitions kept in memory at the most. One weighs some tens of kilobytes. */
const MAX_KEPT = 500;

/**
 * Definitions are immutable by digest, so what has been compiled once is kept. Which version is newest is asked each
 * time, once for all who ask before the question is sent: none gets an answer from before they asked.
 */
export function definitionStore(reader: Reader): DefinitionStore {
  const kept = new Map<string, PublishedDefinition>();
  const asking = new Map<string, Promise<PublishedDefinition | null>>();

  const find = async (
    environment: string,
    where: string,
    values: readonly unknown[],
  ): Promise<PublishedDefinition | null> => {
    const rows = await reader.readAs(environment).query<Row>(
      `select definition, version, digest, canonical from countersign.definition_version
        where environment_id = $1 and ${where} order by version desc limit 1`,
      [environment, ...values],
    );
    return rows[0] ? keep(environment, rows[0]) : null;
  };

  const keep = (environment: string, row: Row): PublishedDefinition => {
    const key = `${environment} ${row.definition} ${row.version}`;
    const known = kept.get(key);
    if (known) return known;
    const parsed = parseCanonicalDefinition(row.canonical);
    const made = { name: row.definition, version: row.version, compiled: compileDefinition(parsed) };
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
    kept.set(key, made);
    kept.set(`${environment} ${row.digest}`, made);
    return made;
  };

  /** The text is read only where it has not been compiled. */
  const newest = async (environment: string, name: string): Promise<PublishedDefinition | null> => {
    const rows = await reader.readAs(environment).query<Pick<Row, 'version'>>(
      `select version from countersign.definition_version
        where environment_id = $1 and definition = $2 order by version desc limit 1`,
      [environment, name],
    );
    return rows[0] ? byVersion(environment, name, rows[0].version) : null;
  };

  const byVersion = async (environment: string, name: string, version: number) =>
    kept.get(`${environment} ${name} ${version}`) ??
    find(environment, 'definition = $2 and version = $3', [name, version]);

  return {
    byDigest: async (environment, digest) =>
      kept.get(`${environment} ${digest}`) ?? find(environment, 'digest = $2', [digest]),
    byVersion,
    newest(environment, name) {
      const key = `${environment} ${name}`;
      const asked =
        asking.get(key) ??
        setImmediate().then(() => {
          asking.delete(key);
          return newest(environment, name);
        });
      asking.set(key, asked);
      return asked;
    },
  };
}
