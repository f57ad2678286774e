import { z } from 'zod';
import { name } from '../registry.ts';
import { page } from './pages.ts';
import { Instant, Seq } from './values.ts';

const reader = z
  .string()
  .min(1)
  .max(64)
  .describe('Which reader of the log: `search`, `recheck`, `erasures`.');

export const SetAsideEntry = name(
  'SetAsideEntry',
  'An entry that a reader of the log could not handle. The reader went on without it.',
  z.object({
    reader,
    seq: Seq,
    stream: z.string().describe('The thing that the entry is about.'),
    error: z.string().describe('What the reader ran into when it last tried.'),
  }),
);
export const SetAsidePage = name('SetAsidePage', 'Entries that were set aside, by seq.', page(SetAsideEntry));
export const HandlingInput = name(
  'HandlingInput',
  'Hands an entry to its reader again.',
  z.strictObject({ reader }),
);
export const Handling = name(
  'Handling',
  'The reader has handled the entry; it is set aside no more.',
  z.object({ reader, seq: Seq, handledAt: Instant }),
);
