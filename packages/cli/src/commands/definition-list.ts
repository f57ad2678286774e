import type { DefinitionSummary } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { type Cell, table, when } from '../kit/text.ts';

export const definitionList = command({
  name: 'definition list',
  summary: 'List definitions, with the parts that they use',
  about: 'Where a part has a newer version, publish the definition again to take it up.',
  flags: connectionFlags,
  async run({ flags, io, output }) {
    const found: DefinitionSummary[] = [];
    for await (const item of connect(flags, io).items('listDefinitions', {})) found.push(item);
    output.result(found, (paint) => {
      if (found.length === 0) return 'There are none.';
      const head: Cell[] = ['DEFINITION', 'VERSION', 'PUBLISHED', 'PARTS'].map((text) => [text, paint.dim]);
      const rows = found.map((one): Cell[] => [
        one.name,
        String(one.version),
        when(one.publishedAt),
        one.parts.map(partWords).join(', '),
      ]);
      return table([head, ...rows]);
    });
    return undefined;
  },
});

const partWords = ({ name, version, newest }: DefinitionSummary['parts'][number]): string =>
  newest > version ? `${name}@${version} (newest: ${newest})` : `${name}@${version}`;
