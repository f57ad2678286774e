import { writeFileSync } from 'node:fs';
import { formatDefinition } from '@countersign/core';
import { command } from '../kit/command.ts';
import { Refused, UsageError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit.ts';
import { formatOf, readText } from '../kit/files.ts';
import { clean } from '../kit/text.ts';

export const definitionFmt = command({
  name: 'definition fmt',
  summary: 'Write a definition in the one canonical layout',
  about: 'Comments stay, and so does the digest. Prints the result, unless it is told to write the file.',
  parameters: ['<file>'],
  flags: {
    write: { type: Boolean, description: 'Write the file in place' },
    check: { type: Boolean, description: 'Only say whether the file has this layout already' },
  },
  examples: ['countersign definition fmt --write purchase-order.yaml'],
  async run({ args, flags, io, output }) {
    if (formatOf(args.file) === 'json')
      throw new UsageError('Only YAML has a layout of its own; JSON is for machines.');
    const source = readText(args.file);
    const formatted = formatDefinition(source);
    if (!formatted.ok) {
      const [first] = formatted.problems;
      const where = first === undefined ? '' : ` ${args.file}:${first.line}:${first.column} ${first.message}`;
      throw new Refused('definition-invalid', `${args.file} cannot be laid out.${where}`);
    }
    const { text } = formatted;
    const changed = text !== source;
    if (flags.write === true && changed) writeFileSync(args.file, text);
    if (flags.write !== true && flags.check !== true && !output.json) {
      io.stdout.write(text);
      return EXIT.ok;
    }
    output.result({ file: args.file, changed, text }, (paint) => {
      if (!changed) return `${paint.green('✓')} ${clean(args.file)} has the canonical layout.`;
      return flags.write === true
        ? `${paint.green('✓')} ${clean(args.file)} was laid out anew.`
        : `${paint.red('✗')} ${clean(args.file)} has another layout. Run \`countersign definition fmt --write\`.`;
    });
    return flags.check === true && changed && flags.write !== true ? EXIT.refused : EXIT.ok;
  },
});
