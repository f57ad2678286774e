import type { ApiKey } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { type Cell, table, when } from '../kit/text.ts';

export const keysList = command({
  name: 'keys list',
  summary: 'List API keys',
  flags: connectionFlags,
  async run({ flags, io, output }) {
    const client = connect(flags, io);
    const keys: ApiKey[] = [];
    for await (const key of client.items('listApiKeys')) keys.push(key);
    const accounts = new Map<string, string>();
    for await (const { id, name } of client.items('listServiceAccounts')) accounts.set(id, name);
    output.result(keys, (paint) => {
      const head: Cell[] = ['KEY', 'ACCOUNT', 'STATE', 'CREATED', 'SCOPES'].map((text) => [text, paint.dim]);
      const rows = keys.map((key): Cell[] => [
        key.id,
        accounts.get(key.serviceAccount) ?? key.serviceAccount,
        key.revokedAt === null
          ? key.expiresAt === null
            ? 'in use'
            : `until ${when(key.expiresAt)}`
          : [`revoked ${when(key.revokedAt)}`, paint.red],
        when(key.createdAt),
        key.scopes.join(' '),
      ]);
      return table([head, ...rows]);
    });
    return undefined;
  },
});
