import { readdirSync, readFileSync } from 'node:fs';

const migrations = new URL('../../../apps/server/migrations/', import.meta.url);

/** Names of the parameters of `countersign.commit`, in order, from the migration that makes it. */
function parameters(): readonly string[] {
  for (const file of readdirSync(migrations).sort().reverse()) {
    const found = /create (?:or replace )?function countersign\.commit\(([^)]*)\)/.exec(
      readFileSync(new URL(file, migrations), 'utf8'),
    );
    if (found?.[1] !== undefined) {
      return found[1].split(',').map((one) => one.trim().split(/\s+/)[0] ?? '');
    }
  }
  throw new Error('no migration makes countersign.commit');
}

const PARAMETERS = parameters();

/** What `commitCall` sends, read back from PostgreSQL's binary arrays, by the names that the function gives it. */
export type CommitArguments = { readonly [parameter: string]: readonly unknown[] };

export function named(values: readonly unknown[]): CommitArguments {
  if (values.length !== PARAMETERS.length) {
    throw new Error(`commit takes ${PARAMETERS.length} arguments, and got ${values.length}`);
  }
  return Object.fromEntries(PARAMETERS.map((parameter, i) => [parameter, elements(values[i] as Buffer)]));
}

const ELEMENTS: { readonly [oid: number]: (bytes: Buffer) => unknown } = {
  16: (bytes) => bytes.readUInt8() === 1,
  17: (bytes) => bytes,
  20: (bytes) => Number(bytes.readBigInt64BE()),
  23: (bytes) => bytes.readInt32BE(),
  25: (bytes) => bytes.toString(),
  114: (bytes) => bytes.toString(),
  // Milliseconds since 2000, in microseconds.
  1184: (bytes) => new Date(Number(bytes.readBigInt64BE()) / 1000 + Date.UTC(2000, 0, 1)).toISOString(),
  // After its version.
  3802: (bytes) => bytes.subarray(1).toString(),
};

/** array_recv, of one dimension. */
function elements(array: Buffer): readonly unknown[] {
  const read = ELEMENTS[array.readInt32BE(8)];
  if (read === undefined) throw new Error(`arrays of type ${array.readInt32BE(8)} are not simulated`);
  if (array.readInt32BE(0) === 0) return [];
  let at = 20;
  return Array.from({ length: array.readInt32BE(12) }, () => {
    const length = array.readInt32BE(at);
    at += 4 + Math.max(length, 0);
    return length === -1 ? null : read(array.subarray(at - length, at));
  });
}
