import type { ApprovalRequestInput, Client, Link, RoutePreview } from '@countersign/sdk';
import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { publishedDefinition } from '../kit/definition.ts';
import { filesFrom, uploadAll } from '../kit/documents.ts';
import { UsageError } from '../kit/errors.ts';
import { assignment, fieldsFrom } from '../kit/fields.ts';
import type { Output, Paint } from '../kit/io.ts';
import { namesOf } from '../kit/people.ts';
import { previewView } from '../kit/preview-view.ts';
import { requestView } from '../kit/request-view.ts';

const kinds = ['amends', 'reverses', 'splits', 'child_of'] as const;

/** `child_of=req_…` */
function LinkTo(text: string): Link {
  const [name, to] = assignment(text);
  const kind = kinds.find((one) => one === name);
  if (kind === undefined) throw new Error(`${name} is none of ${kinds.join(', ')}.`);
  return { kind, to };
}

/** `group=audit` */
function ObserverOf(text: string): NonNullable<ApprovalRequestInput['observers']>[number] {
  const [kind, name] = assignment(text);
  if (kind === 'user') return { user: name };
  if (kind === 'group') return { group: name };
  if (kind === 'role') return { role: name };
  throw new Error(`${kind} is none of user, group, role.`);
}

export const requestSubmit = command({
  name: 'request submit',
  summary: 'File an approval request, with its documents; or submit a draft',
  about: 'With the id of a draft it submits that draft as it stands.',
  parameters: ['[draft]'],
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
      description: 'A field; again for each item of a list; line items as JSON or @file.json',
    },
    document: { type: [String], placeholder: '<slot=file>', description: 'A file for a document slot' },
    link: {
      type: [LinkTo],
      placeholder: '<kind=id>',
      description: 'What it is to an older request: amends, reverses, splits or child_of',
    },
    confidential: { type: Boolean, description: 'Only participants know of it' },
    observer: {
      type: [ObserverOf],
      placeholder: '<kind=name>',
      description: 'May know of it besides: user=maria.lopez, group=audit or role=auditor',
    },
    draft: { type: Boolean, description: 'Keep it as a draft, which may be incomplete' },
    preview: { type: Boolean, description: 'Only show the route that it would take' },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: [
    'countersign request submit --definition purchase-order --requester maria.lopez --reference PO-117 \\',
    '  --field amount="120.00 EUR" --field supplier=Northwind --field region=EMEA --field costCenter=CC-204 \\',
    '  --document order=examples/purchase-order/order.pdf',
    'countersign request submit req_… --as maria.lopez',
  ],
  async run({ args, flags, io, output }) {
    const client = await actingFor(connect(flags, io), flags.as);
    if (flags.preview === true) {
      output.result(...(await previewed(client, flags)));
      return undefined;
    }
    const key = flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey };
    const { data, receipt } =
      args.draft === undefined
        ? await client.createApprovalRequest({ body: await bodyFrom(client, flags, output), ...key })
        : await client.submitApprovalRequest({ path: { request: args.draft }, body: {}, ...key });
    const done = data.status === 'draft' ? 'Kept as a draft.' : 'Filed.';
    const view = await requestView(client, data);
    output.result({ request: data, receipt }, (paint) => `${paint.green('✓')} ${done}\n\n${view(paint)}`);
    return undefined;
  },
});

type Given = {
  readonly definition: string | undefined;
  readonly requester: string | undefined;
  readonly beneficiary: string | undefined;
  readonly reference: string | undefined;
  readonly field: readonly string[];
  readonly document: readonly string[];
  readonly due: string | undefined;
  readonly link: readonly Link[];
  readonly confidential: boolean | undefined;
  readonly observer: readonly NonNullable<ApprovalRequestInput['observers']>[number][];
  readonly draft: boolean | undefined;
  readonly idempotencyKey: string | undefined;
};

async function bodyFrom(client: Client, flags: Given, output: Output): Promise<ApprovalRequestInput> {
  const files = filesFrom(flags.document);
  const filled = await filledIn(client, flags);
  return { ...filled, documents: await uploadAll(client, files, flags.idempotencyKey, output) };
}

/** All but the documents. */
async function filledIn(client: Client, flags: Given): Promise<ApprovalRequestInput> {
  if (flags.definition === undefined)
    throw new UsageError('Say which: --definition <name>, or the id of a draft.');
  return {
    definition: flags.definition,
    fields: fieldsFrom(flags.field, await publishedDefinition(client, flags.definition)),
    ...(flags.requester === undefined ? {} : { requester: flags.requester }),
    ...(flags.beneficiary === undefined ? {} : { beneficiary: flags.beneficiary }),
    ...(flags.reference === undefined ? {} : { externalReference: flags.reference }),
    ...(flags.due === undefined ? {} : { due: flags.due }),
    ...(flags.link.length === 0 ? {} : { links: [...flags.link] }),
    ...(flags.confidential === true ? { confidential: true } : {}),
    ...(flags.observer.length === 0 ? {} : { observers: [...flags.observer] }),
    ...(flags.draft === true ? { draft: true } : {}),
  };
}

/** A preview uploads nothing, so documents that would be sent along do not count as missing. */
async function previewed(
  client: Client,
  flags: Given,
): Promise<readonly [RoutePreview, (paint: Paint) => string]> {
  const slots = filesFrom(flags.document).map(([slot]) => `documents.${slot}`);
  const { data } = await client.previewApprovalRequest({
    body: { ...(await filledIn(client, flags)), draft: true },
  });
  const preview = { ...data, missing: data.missing.filter(({ field }) => !slots.includes(field)) };
  const names = await namesOf(
    client,
    preview.steps.flatMap((step) => [...step.asked, ...step.notAsked].map(({ person }) => person)),
  );
  return [preview, previewView(preview, names)];
}
