import { explainDefinition } from '@countersign/core';
import { command } from '../kit/command.ts';
import { connectionFlags } from '../kit/connection.ts';
import { readDefinition } from '../kit/definition-reference.ts';
import { partFlags } from '../kit/parts.ts';
import { clean } from '../kit/text.ts';

/** A flag's type function, whose error the parser of flags shows. */
function language(text: string): 'en' | 'de' {
  if (text === 'en' || text === 'de') return text;
  throw new Error(`--language is en or de, not ${text}`);
}

export const definitionExplain = command({
  name: 'definition explain',
  summary: 'Tell a definition in plain words, in English or German',
  about: 'A file, or a version on the server: name@3, name@<digest>, or name@latest.',
  parameters: ['<file>'],
  flags: {
    language: {
      type: language,
      default: 'en' as const,
      placeholder: '<en|de>',
      description: 'English (default) or German',
    },
    ...partFlags,
    ...connectionFlags,
  },
  examples: ['countersign definition explain purchase-order.yaml --language de'],
  async run({ args, flags, io, output }) {
    const lines = explainDefinition(await readDefinition(args.file, flags, io), flags.language);
    output.result({ file: args.file, language: flags.language, lines }, () => lines.map(clean).join('\n'));
    return undefined;
  },
});
