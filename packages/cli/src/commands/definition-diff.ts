import { existsSync } from 'node:fs';
import { diffDefinitions, parseDefinition } from '@countersign/core';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { Refused, UsageError } from '../kit/errors.ts';
import { formatOf, readText } from '../kit/files.ts';
import type { Io } from '../kit/io.ts';
import { clean } from '../kit/text.ts';

type Definition = Extract<ReturnType<typeof parseDefinition>, { ok: true }>['definition'];

export const definitionDiff = command({
  name: 'definition diff',
  summary: 'Say in words what changes from one definition to another',
  about: 'Each is a file, or a version on the server: name@3, name@<digest>, or name@latest.',
  parameters: ['<from>', '<to>'],
  flags: connectionFlags,
  examples: ['countersign definition diff purchase-order@latest purchase-order.yaml'],
  async run({ args, flags, io, output }) {
    const [from, to] = [await read(args.from, flags, io), await read(args.to, flags, io)];
    const changes = diffDefinitions(from, to);
    output.result({ from: args.from, to: args.to, changes }, (paint) => {
      if (changes.length === 0) return 'Nothing changes: both have the same content.';
      const mark = {
        added: paint.green('+'),
        removed: paint.red('-'),
        changed: paint.yellow('~'),
        moved: paint.cyan('↕'),
      };
      return changes.map(({ change, message }) => `${mark[change]} ${clean(message)}`).join('\n');
    });
    return undefined;
  },
});

type Connection = Parameters<typeof connect>[0];

async function read(reference: string, flags: Connection, io: Io): Promise<Definition> {
  const onServer = /^([a-z0-9][a-z0-9-]*)@(latest|\d+|[0-9a-f]{64})$/.exec(reference);
  if (onServer === null || existsSync(reference)) {
    if (!existsSync(reference))
      throw new UsageError(`${reference} is neither a file nor a version such as purchase-order@3.`);
    return parse(reference, readText(reference), formatOf(reference));
  }
  const [, name = '', version = ''] = onServer;
  const client = connect(flags, io);
  const { data } =
    version === 'latest'
      ? await client.getDefinition({ path: { name } })
      : await client.getDefinitionVersion({ path: { name, version } });
  return parse(reference, data.source, data.format);
}

function parse(name: string, source: string, format: 'yaml' | 'json'): Definition {
  const parsed = parseDefinition(source, format);
  if (parsed.ok) return parsed.definition;
  const [first] = parsed.problems;
  const where = first === undefined ? '' : ` ${name}:${first.line}:${first.column} ${first.message}`;
  throw new Refused('definition-invalid', `${name} is not a definition.${where}`);
}
