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

/** What `commitCall` sends, by the names that the function gives it. */
export type CommitArguments = { readonly [parameter: string]: readonly unknown[] };

export function named(values: readonly unknown[]): CommitArguments {
  if (values.length !== PARAMETERS.length) {
    throw new Error(`commit takes ${PARAMETERS.length} arguments, and got ${values.length}`);
  }
  return Object.fromEntries(PARAMETERS.map((parameter, i) => [parameter, values[i] as readonly unknown[]]));
}
