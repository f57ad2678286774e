import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Sealer } from '../../engine/seal/index.ts';
import { isPersonId } from './directory.model.ts';

/** Finds a person by id or user name; null: there is none. Whether they are active is for the decision to ask. */
type People = { resolve(environment: string, reference: string): Promise<string | null> };

export function people(deps: {
  readonly engine: Pick<Engine, 'directory'>;
  readonly reader: Reader;
  readonly sealer: Pick<Sealer, 'blindIndex'>;
}): People {
  const { engine, reader, sealer } = deps;

  async function find(environment: string, column: string, value: string | Buffer): Promise<string | null> {
    const rows = await reader.readAs(environment).query<{ person: string }>(
      `select person from countersign.person
        where environment_id = $1 and ${column} = $2 and recorded_until is null`,
      [environment, value],
    );
    return rows[0]?.person ?? null;
  }

  return {
    async resolve(environment, reference) {
      if (!isPersonId(reference)) {
        const index = await sealer.blindIndex(environment, 'userName', reference);
        return find(environment, 'user_name_index', Buffer.from(index, 'hex'));
      }
      // People never leave the directory, so whoever this process knows of exists.
      const directory = await engine.directory(environment);
      return directory.people.has(reference) ? reference : find(environment, 'person', reference);
    },
  };
}
