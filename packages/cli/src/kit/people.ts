import { type Client, CountersignProblem } from '@countersign/sdk';

/** How people are called, by id. */
export type Names = (person: string) => string;

/** Asks the directory once for each person; a key that may not read it, or a person erased, leaves the id. */
export async function namesOf(client: Client, people: Iterable<string>): Promise<Names> {
  const names = new Map<string, string>();
  const ids = [...new Set(people)].filter((id) => id.startsWith('usr_'));
  for (const person of ids) {
    try {
      const { data } = await client.getPerson({ path: { person } });
      const name = data.name ?? data.userName;
      if (name !== null) names.set(person, name);
    } catch (error) {
      if (!(error instanceof CountersignProblem)) throw error;
      if (error.code === 'forbidden-scope') break;
    }
  }
  return (person) => names.get(person) ?? person;
}

const PERSON = /usr_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What a refusal says of people, by name, where the key may read it. */
export async function byName<T>(client: Client, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CountersignProblem)) throw error;
    const names = await namesOf(client, error.message.match(PERSON) ?? []);
    error.message = error.message.replace(PERSON, names);
    throw error;
  }
}
