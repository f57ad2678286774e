import { z } from 'zod';
import { name } from '../registry.ts';
import { LinkKind } from './link.ts';
import { page } from './pages.ts';
import { ApprovalRequestSummary } from './requests.ts';

export const LinkedRequest = name(
  'LinkedRequest',
  'A request at the other end of a link.',
  z.object({
    kind: LinkKind,
    direction: z
      .enum(['to', 'from'])
      .describe('`to`: the request asked about says so of this one. `from`: this one says so of it.'),
    request: ApprovalRequestSummary,
  }),
);
export const LinkPage = name('LinkPage', 'A page of linked requests.', page(LinkedRequest));
