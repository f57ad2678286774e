import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { KeyStore, Sealer } from '../../engine/seal/index.ts';
import { isPersonId } from './directory.model.ts';

/** A person as a name was found to mean them; null: there is none. Whether they are active is for the decision to ask. */
type Named = {
  readonly person: string | null;
  /** Directory revision at which it was asked: a name may mean another person later, an id never does. */
  readonly asOf: number;
};

/** Finds a person by id or user name. */
type People = {
  /** As it is now. */
  resolve(environment: string, reference: string): Promise<string | null>;
  /** As this process knows it. What is decided at a later revision than `asOf` has to be asked for again. */
  known(environment: string, reference: string): Promise<Named>;
};

/** Some 300 bytes each, and no name among them: keyed hashes. */
const MAX_KEPT = 20_000;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

export function people(deps: {
  readonly engine: Pick<Engine, 'directory'>;
  readonly reader: Reader;
  readonly sealer: Pick<Sealer, 'blindIndex'>;
  readonly keys: Pick<KeyStore, 'isErased'>;
}): People {
  const { engine, reader, sealer, keys } = deps;
  const kept = new Map<string, { readonly person: string; readonly asOf: number }>();

  async function find(environment: string, column: string, value: string | Buffer): Promise<Named> {
    // One statement, one snapshot: the name means this person at that very revision.
    const rows = await reader.readAs(environment).query<{ person: string | null; as_of: number | string }>(
      `select h.directory_revision as as_of, p.person from countersign.head h
         left join countersign.person p
           on p.environment_id = h.environment_id and p.${column} = $2 and p.recorded_until is null
        where h.environment_id = $1`,
      [environment, value],
    );
    return { person: rows[0]?.person ?? null, asOf: Number(rows[0]?.as_of ?? 0) };
  }

  async function byId(environment: string, id: string): Promise<Named> {
    // People never leave the directory, so whoever this process knows of exists.
    const directory = await engine.directory(environment);
    if (directory.people.has(id)) return { person: id, asOf: FOR_EVER };
    return find(environment, 'person', id);
  }

  async function byName(environment: string, name: string, atLeast: number): Promise<Named> {
    const index = await sealer.blindIndex(environment, 'userName', name);
    const key = `${environment} ${index}`;
    const before = kept.get(key);
    if (before !== undefined && before.asOf >= atLeast && !keys.isErased(environment, before.person))
      return before;
    const { person, asOf } = await find(environment, 'user_name_index', Buffer.from(index, 'hex'));
    kept.delete(key);
    if (person !== null) {
      if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
      kept.set(key, { person, asOf });
    }
    return { person, asOf };
  }

  return {
    async resolve(environment, reference) {
      const found = isPersonId(reference)
        ? await byId(environment, reference)
        : await byName(environment, reference, FOR_EVER);
      return found.person;
    },
    async known(environment, reference) {
      if (isPersonId(reference)) return byId(environment, reference);
      const { revision } = await engine.directory(environment);
      return byName(environment, reference, revision);
    },
  };
}
