import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { filesFrom, uploadAll } from '../kit/documents.ts';
import { UsageError } from '../kit/errors.ts';

export const requestComment = command({
  name: 'request comment',
  summary: 'Comment on a request, or add supporting files',
  about: 'It changes no revision. The text is sealed, and erased with its writer.',
  parameters: ['<id>'],
  flags: {
    text: { type: String, placeholder: '<text>', description: 'What to say' },
    internal: { type: Boolean, description: 'Not for the requester, submitter and beneficiary' },
    file: { type: [String], placeholder: '<file>', description: 'A supporting file' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign request comment req_… --text "Which cost centre?" --as omar.haddad'],
  async run({ args, flags, io, output }) {
    if (flags.text === undefined && flags.file.length === 0)
      throw new UsageError('Say something with --text, or add a --file.');
    const files = filesFrom(flags.file.map((file) => `files=${file}`));
    const client = await actingFor(connect(flags, io), flags.as);
    const uploaded = await uploadAll(client, files, flags.idempotencyKey, output);
    const { data, receipt } = await client.addComment({
      path: { request: args.id },
      body: {
        visibility: flags.internal === true ? 'internal' : 'requester',
        files: uploaded.files ?? [],
        ...(flags.text === undefined ? {} : { text: flags.text }),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    output.result({ comment: data, receipt }, (paint) => `${paint.green('✓')} Added: ${data.id}.`);
    return undefined;
  },
});
