import { command } from '../kit/command.ts';
import { actingFor, changeFlags, connect, connectionFlags, personFlags } from '../kit/connection.ts';
import { decideSeveral } from '../kit/decide-several.ts';
import { UsageError } from '../kit/errors.ts';
import { byName, namesOf } from '../kit/people.ts';
import { personWho, servedPlace } from '../kit/place.ts';
import { statusText } from '../kit/request-view.ts';
import { clean } from '../kit/text.ts';

const kinds = ['approve', 'reject', 'return', 'abstain'] as const;
type Kind = (typeof kinds)[number];
const isKind = (text: string): text is Kind => kinds.some((kind) => kind === text);

export const requestDecide = command({
  name: 'request decide',
  summary: 'Decide an assignment, or several: approve, reject, return or abstain',
  about:
    'Shows the revision that is decided on and sends its digest, so that the decision cannot land on another one. A comment is sealed; a reason is shown to the requester. Several assignments, with commas between them, are decided by one list, where their steps allow it; each has a result of its own.',
  parameters: ['<assignments>', '<decision>'],
  flags: {
    reason: { type: String, placeholder: '<text>', description: 'Shown to the requester' },
    reasonCode: {
      type: String,
      placeholder: '<code>',
      description: 'Of the reasons that the definition lists',
    },
    comment: { type: String, placeholder: '<text>', description: 'Sealed, and erased on request' },
    conditions: { type: String, placeholder: '<text>', description: 'What an approval is given under' },
    validUntil: {
      type: String,
      placeholder: '<time>',
      description: 'Until when an approval is given, such as 2026-06-30T18:00:00Z',
    },
    onBehalfOf: {
      type: String,
      placeholder: '<person>',
      description: 'Whose authority, where several apply',
    },
    revision: {
      type: String,
      placeholder: '<digest>',
      description: 'Only if this revision is still current',
    },
    ...connectionFlags,
    ...personFlags,
    ...changeFlags,
  },
  examples: [
    'countersign request decide asg_…_1 approve --as omar.haddad --reason "Within budget"',
    'countersign request decide asg_…_1,asg_…_3 approve --as omar.haddad',
  ],
  async run({ args, flags, io, output }) {
    const [id = '', ...more] = args.assignments.split(',');
    const { decision } = args;
    if (!isKind(decision)) throw new UsageError(`${decision} is none of ${kinds.join(', ')}.`);
    const client = await actingFor(connect(flags, io), personWho(flags.as));
    if (more.length > 0) return decideSeveral(client, [id, ...more], decision, flags, output);
    const { request, text } = await servedPlace(client, id, flags.revision);
    output.note(text);
    const decided = client.decideAssignment({
      path: { assignment: id },
      body: {
        decision,
        revision: request.revision.digest,
        ...(flags.reason === undefined ? {} : { reason: flags.reason }),
        ...(flags.reasonCode === undefined ? {} : { reasonCode: flags.reasonCode }),
        ...(flags.comment === undefined ? {} : { comment: flags.comment }),
        ...(flags.conditions === undefined ? {} : { conditions: flags.conditions }),
        ...(flags.validUntil === undefined ? {} : { validUntil: flags.validUntil }),
        ...(flags.onBehalfOf === undefined ? {} : { onBehalfOf: flags.onBehalfOf }),
      },
      ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
    });
    // A program reads ids.
    const { data, receipt } = await (output.json ? decided : byName(client, decided));
    const names = output.json ? String : await namesOf(client, [data.decision.person]);
    output.result({ ...data, receipt }, (paint) => {
      const [status, painter] = statusText(data.request, paint);
      const who = `${clean(names(data.decision.person))}: ${data.decision.decision}`;
      const entry = receipt === null ? '' : paint.dim(`\n  receipt ${receipt.seq}:${receipt.leaf}`);
      return `${paint.green('✓')} Recorded. ${who}. The request is ${painter(status)}.${entry}`;
    });
    return undefined;
  },
});
