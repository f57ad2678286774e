import type { BulkDecisionInput, Client } from '@countersign/sdk';
import { UsageError } from './errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Output } from './io.ts';
import { byName } from './people.ts';
import { servedPlace } from './place.ts';
import { statusText } from './request-view.ts';
import { clean } from './text.ts';

type Said = Pick<BulkDecisionInput, 'reason' | 'reasonCode' | 'comment'>;
type Flags = {
  readonly reason: string | undefined;
  readonly reasonCode: string | undefined;
  readonly comment: string | undefined;
  readonly conditions: string | undefined;
  readonly validUntil: string | undefined;
  readonly onBehalfOf: string | undefined;
  readonly revision: string | undefined;
  readonly idempotencyKey: string | undefined;
};

/** One list, one result for each item; 1 where any was refused. */
export async function decideSeveral(
  client: Client,
  assignments: readonly string[],
  decision: BulkDecisionInput['decision'],
  flags: Flags,
  output: Output,
): Promise<ExitCode> {
  if (flags.conditions !== undefined || flags.validUntil !== undefined || flags.revision !== undefined)
    throw new UsageError('--conditions, --valid-until and --revision are about one assignment.');
  const items: BulkDecisionInput['items'] = [];
  for (const assignment of assignments) {
    const { request, text } = await servedPlace(client, assignment, undefined);
    output.note(text);
    const whose = flags.onBehalfOf === undefined ? {} : { onBehalfOf: flags.onBehalfOf };
    items.push({ assignment, revision: request.revision.digest, ...whose });
  }
  const deciding = client.decideInBulk({
    body: { decision, ...saidBy(flags), items },
    ...(flags.idempotencyKey === undefined ? {} : { idempotencyKey: flags.idempotencyKey }),
  });
  const { data } = await (output.json ? deciding : byName(client, deciding));
  output.result(data, (paint) =>
    [
      `${data.recorded} recorded, ${data.refused} refused. The list is ${data.bulk}.`,
      ...data.results.map((one) =>
        one.result === 'recorded'
          ? `${paint.green('✓')} ${one.assignment}: the request is ${statusText(one.request, paint)[0]}. ${paint.dim(`receipt ${one.seq}:${one.leaf}`)}`
          : `${paint.red('✗')} ${one.assignment}: ${one.problem.code}. ${clean(one.problem.detail)}`,
      ),
    ].join('\n'),
  );
  return data.refused === 0 ? EXIT.ok : EXIT.refused;
}

const saidBy = ({ reason, reasonCode, comment }: Flags): Said => ({
  ...(reason === undefined ? {} : { reason }),
  ...(reasonCode === undefined ? {} : { reasonCode }),
  ...(comment === undefined ? {} : { comment }),
});
