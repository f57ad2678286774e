import type { SealedRow } from '../../db/commit-proposal.ts';
import { SEAL_ENTROPY_BYTES } from '../../engine/seal/index.ts';
import type { idsOf } from '../../http/change.ts';
import type { RequestDeps } from './requests.ports.ts';

type Comment = {
  readonly environment: string;
  readonly owner: string;
  readonly request: string;
  /** Where it stands in the request, for what is exported. */
  readonly name: string;
  readonly text: string | undefined;
  readonly ids: Awaited<ReturnType<typeof idsOf>>;
};

/** Free text may say anything of anybody: it is sealed, and belongs to its writer. */
export async function sealedComment(
  deps: Pick<RequestDeps, 'sealer'>,
  { environment, owner, request, name, text, ids }: Comment,
): Promise<{ reference: { sealed: string; commitment: string }; row: SealedRow } | null> {
  if (text === undefined) return null;
  return deps.sealer.sealValue({
    environment,
    owner,
    stream: request,
    item: ids.id('itm'),
    name,
    value: text,
    entropy: ids.bytes(SEAL_ENTROPY_BYTES),
  });
}
