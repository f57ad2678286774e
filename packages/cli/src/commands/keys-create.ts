import { type ApiKeyInput, type Client, isProblem } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { UsageError } from '../kit/errors.ts';

type Scope = ApiKeyInput['scopes'][number];

const List = (text: string): string[] => text.split(',').map((one) => one.trim());

export const keysCreate = command({
  name: 'keys create',
  summary: 'Create an API key for a service account',
  about:
    'The secret is shown this once and stored only as a hash. The account is created if there is none of this name.',
  parameters: ['<account>'],
  flags: {
    scopes: {
      type: List,
      placeholder: '<a,b>',
      description: 'What it may do, such as requests:write,requests:read',
    },
    definitions: {
      type: List,
      placeholder: '<a,b>',
      description: 'Only requests of these definitions; some scopes are refused then',
    },
    expires: { type: String, placeholder: '<time>', description: 'RFC 3339; until revoked by default' },
    ...connectionFlags,
  },
  examples: ['countersign keys create erp --scopes requests:write,requests:read'],
  async run({ args, flags, io, output }) {
    if (flags.scopes === undefined)
      throw new UsageError('Say what it may do: --scopes requests:read,requests:write');
    const client = connect(flags, io);
    const { data } = await client.createApiKey({
      body: {
        serviceAccount: await accountId(client, args.account),
        // The server knows the scopes and refuses others by name.
        scopes: flags.scopes as Scope[],
        ...(flags.definitions === undefined ? {} : { definitions: flags.definitions }),
        ...(flags.expires === undefined ? {} : { expiresAt: flags.expires }),
      },
    });
    output.result(data, (paint) =>
      [
        `${paint.green('✓')} ${data.id} for ${args.account}: ${data.scopes.join(', ')}`,
        `  ${paint.bold(data.secret ?? '(the secret was shown when it was created)')}`,
        paint.dim('  Keep it now: it is not stored and cannot be shown again.'),
      ].join('\n'),
    );
    return undefined;
  },
});

async function accountId(client: Client, account: string): Promise<string> {
  if (account.startsWith('svc_')) return account;
  for await (const one of client.items('listServiceAccounts')) if (one.name === account) return one.id;
  try {
    return (await client.createServiceAccount({ body: { name: account } })).data.id;
  } catch (error) {
    if (isProblem(error, 'name-taken')) return accountId(client, account);
    throw error;
  }
}
