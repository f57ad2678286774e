import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient, type RetryPolicy } from '@countersign/sdk';
import { UsageError } from './errors.ts';
import type { Io } from './io.ts';

export const connectionFlags = {
  url: {
    type: String,
    placeholder: '<address>',
    description: 'The server; else COUNTERSIGN_URL, else http://127.0.0.1:8080',
  },
  key: {
    type: String,
    placeholder: '<csk_…>',
    description: 'API key; else COUNTERSIGN_KEY, else that of the sandbox on this machine',
  },
} as const;

export const personFlags = {
  as: { type: String, placeholder: '<person>', description: 'Act for this person: usr_… or their user name' },
} as const;

export const changeFlags = {
  idempotencyKey: {
    type: String,
    placeholder: '<key>',
    description: 'Repeat an act whose outcome is not known: the same key has no second effect',
  },
} as const;

type Given = { readonly url?: string | undefined; readonly key?: string | undefined };

export const DEFAULT_URL = 'http://127.0.0.1:8080';
export const DEFAULT_DATA = './.countersign';

/** Where `start` leaves the key of its sandbox. */
export const sandboxKeyFile = (data: string): string => path.join(data, 'sandbox-key');

/** For a person who waits: three attempts within about a second. */
const impatient: Partial<RetryPolicy> = { attempts: 3, patienceMs: 10_000 };

export function connect(given: Given, io: Io, retry: Partial<RetryPolicy> = impatient): Client {
  const baseUrl = addressOf(given.url ?? (io.env.COUNTERSIGN_URL || DEFAULT_URL));
  const key = given.key ?? (io.env.COUNTERSIGN_KEY || sandboxKey(baseUrl, io));
  if (key === undefined) return createClient({ baseUrl: baseUrl.href, retry });
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError('The API key holds characters that no key has.');
  return createClient({ baseUrl: baseUrl.href, key, retry });
}

function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(`${text} is not an address such as ${DEFAULT_URL}.`);
  return url;
}

/** The sandbox's key opens one server on this machine; it is never sent to another. */
function sandboxKey(url: URL, io: Io): string | undefined {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return undefined;
  try {
    return readFileSync(sandboxKeyFile(io.env.COUNTERSIGN_DATA || DEFAULT_DATA), 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same client, acting for a person named by id or by user name. */
export async function actingFor(client: Client, person: string | undefined): Promise<Client> {
  return person === undefined ? client : client.with({ actFor: await personId(client, person) });
}

export async function personId(client: Client, person: string): Promise<string> {
  if (person.startsWith('usr_')) return person;
  const { data } = await client.listPeople({ query: { userName: person, limit: 2 } });
  const [found] = data.items;
  if (found === undefined) throw new UsageError(`There is no person with the user name ${person}.`);
  return found.id;
}
