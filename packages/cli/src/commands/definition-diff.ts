import { diffDefinitions } from '@countersign/core';
import { command } from '../kit/command.ts';
import { connectionFlags } from '../kit/connection.ts';
import { readDefinition } from '../kit/definition-reference.ts';
import { partFlags } from '../kit/parts.ts';
import { clean } from '../kit/text.ts';

export const definitionDiff = command({
  name: 'definition diff',
  summary: 'Say in words what changes from one definition to another',
  about: 'Each is a file, or a version on the server: name@3, name@<digest>, or name@latest.',
  parameters: ['<from>', '<to>'],
  flags: { ...partFlags, ...connectionFlags },
  examples: ['countersign definition diff purchase-order@latest purchase-order.yaml'],
  async run({ args, flags, io, output }) {
    const [from, to] = [await readDefinition(args.from, flags, io), await readDefinition(args.to, flags, io)];
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
