import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { publishedDefinition } from '../kit/definition.ts';
import { UsageError } from '../kit/errors.ts';
import { assignment, fieldsFrom } from '../kit/fields.ts';
import { requestView } from '../kit/request-view.ts';

export const requestSubmit = command({
  name: 'request submit',
  summary: 'File an approval request, with its documents',
  flags: {
    definition: { type: String, alias: 'd', placeholder: '<name>', description: 'Workflow definition' },
    requester: {
      type: String,
      alias: 'r',
      placeholder: '<person>',
      description: 'Who wants it: usr_… or user name',
    },
    beneficiary: {
      type: String,
      placeholder: '<person>',
      description: 'Who gains by it; the requester by default',
    },
    reference: { type: String, placeholder: '<id>', description: 'Its id in the source system' },
    due: {
      type: String,
      placeholder: '<duration>',
      description: 'Promised within this, such as "5 workdays", where the definition allows it',
    },
    field: {
      type: [String],
      alias: 'f',
      placeholder: '<name=value>',
      description: 'A field; again for each item of a list',
    },
    document: { type: [String], placeholder: '<slot=file>', description: 'A file for a document slot' },
    draft: { type: Boolean, description: 'Keep it as a draft' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: [
    'countersign request submit --definition purchase-order --requester maria.lopez --reference PO-117 \\',
    '  --field amount="120.00 EUR" --field supplier=Northwind --field region=EMEA --field costCenter=CC-204 \\',
    '  --document order=examples/purchase-order/order.pdf',
  ],
  async run({ flags, io, output }) {
    if (flags.definition === undefined) throw new UsageError('Say which: --definition <name>.');
    const files = flags.document.map(assignment);
    for (const [, file] of files)
      if (!statSync(file).isFile()) throw new UsageError(`${file} is not a file.`);
    const client = await actingFor(connect(flags, io), flags.as);
    const definition = await publishedDefinition(client, flags.definition);
    const fields = fieldsFrom(flags.field, definition);
    const documents: { [slot: string]: { document: string; version: number }[] } = {};
    for (const [i, [slot, file]] of files.entries()) {
      output.note(`Uploading ${file} …`);
      documents[slot] = [...(documents[slot] ?? []), await upload(client, file, flags.idempotencyKey, i)];
    }
    const { data, receipt } = await client.createApprovalRequest({
      body: {
        definition: flags.definition,
        fields,
        documents,
        ...(flags.requester === undefined ? {} : { requester: flags.requester }),
        ...(flags.beneficiary === undefined ? {} : { beneficiary: flags.beneficiary }),
        ...(flags.reference === undefined ? {} : { externalReference: flags.reference }),
        ...(flags.due === undefined ? {} : { due: flags.due }),
        ...(flags.draft === true ? { draft: true } : {}),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    const view = await requestView(client, data);
    output.result({ request: data, receipt }, (paint) => `${paint.green('✓')} Filed.\n\n${view(paint)}`);
    return undefined;
  },
});

async function upload(
  client: Client,
  file: string,
  key: string | undefined,
  i: number,
): Promise<{ document: string; version: number }> {
  const { data } = await client.uploadDocument({
    body: () => createReadStream(file),
    fileName: path.basename(file),
    ...(key === undefined ? {} : { idempotencyKey: `${key}:document:${i}` }),
  });
  return { document: data.id, version: 1 };
}
