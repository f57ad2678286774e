import type { Comment } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { namesOf } from '../kit/people.ts';
import { clean, when } from '../kit/text.ts';

export const requestComments = command({
  name: 'request comments',
  summary: 'Show the comments on a request, oldest first',
  parameters: ['<id>'],
  flags: { ...connectionFlags, ...personFlags },
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    const found: Comment[] = [];
    for await (const one of client.items('listComments', { path: { request: args.id } })) found.push(one);
    const people = found.map(({ by }) => by);
    const names = output.json ? String : await namesOf(client, people);
    output.result(found, (paint) => {
      if (found.length === 0) return 'There are none.';
      return found
        .map(({ by, at, visibility, text, erased, files }) => {
          const note = visibility === 'internal' ? ', internal' : '';
          const head = paint.dim(`${names(by)}, ${when(at)}${note}`);
          const attached = files.map(({ document, version }) => `  ${document} version ${version}`);
          return [
            head,
            ...(text === null ? [] : [clean(text)]),
            ...(erased ? ['(erased)'] : []),
            ...attached,
          ].join('\n');
        })
        .join('\n\n');
    });
    return undefined;
  },
});
