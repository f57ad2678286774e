import type { FieldInput } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { publishedDefinition } from '../kit/definition.ts';
import { filesFrom, uploadAll } from '../kit/documents.ts';
import { UsageError } from '../kit/errors.ts';
import { fieldsFrom, givenAgain } from '../kit/fields.ts';
import { requestView } from '../kit/request-view.ts';

export const requestRevise = command({
  name: 'request revise',
  summary: 'Change fields and documents of a request, or of a draft',
  about:
    'What is not named stays as it is. A document slot that is named holds the files given here, and no others.',
  parameters: ['<id>'],
  flags: {
    field: {
      type: [String],
      alias: 'f',
      placeholder: '<name=value>',
      description: 'A field to set; line items as JSON or @file.json',
    },
    remove: { type: [String], placeholder: '<name>', description: 'A field to empty' },
    document: { type: [String], placeholder: '<slot=file>', description: 'A file for a document slot' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: ['countersign request revise req_… --field amount="90.00 EUR" --as maria.lopez'],
  async run({ args, flags, io, output }) {
    if (flags.field.length + flags.remove.length + flags.document.length === 0)
      throw new UsageError('Say what changes: --field, --remove or --document.');
    const files = filesFrom(flags.document);
    const client = await actingFor(connect(flags, io), flags.as);
    const { data: before } = await client.getApprovalRequest({ path: { request: args.id } });
    const definition = await publishedDefinition(client, before.definition.name, before.definition.digest);
    const kept: { [name: string]: FieldInput } = {};
    for (const [name, value] of Object.entries(before.revision.fields)) {
      if (flags.remove.includes(name) || flags.field.some((one) => one.startsWith(`${name}=`))) continue;
      const again = givenAgain(name, value, definition);
      if (again !== null) kept[name] = again;
    }
    const slots = Object.entries(before.revision.documents).map(([slot, refs]) => [
      slot,
      refs.map(({ document, version }) => ({ document, version })),
    ]);
    const { data, receipt } = await client.reviseApprovalRequest({
      path: { request: args.id },
      body: {
        expected: before.revision.digest,
        fields: { ...kept, ...fieldsFrom(flags.field, definition) },
        documents: {
          ...Object.fromEntries(slots),
          ...(await uploadAll(client, files, flags.idempotencyKey, output)),
        },
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const view = await requestView(client, data);
    output.result({ request: data, receipt }, (paint) => `${paint.green('✓')} Revised.\n\n${view(paint)}`);
    return undefined;
  },
});
