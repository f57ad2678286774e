import { z } from 'zod';
import { Seq } from './values.ts';

export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .describe('Items a page, at most 200.');
const cursor = z.string().min(1).max(1000).optional().describe('`nextCursor` of the page before; opaque.');
export const pageQuery = { limit, cursor };

export const page = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .describe('Ask again with `cursor` set to it; null: this is the last page.'),
  });

export const after = z.coerce
  .number()
  .int()
  .min(0)
  .default(0)
  .describe('Only what stands after this `seq`; 0 from the start.');

/** Reading the log: `seq` is dense and in commit order, so it is the cursor. */
export const logPage = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    nextAfter: Seq.describe('`after` of the next page. Unchanged when there was nothing new.'),
    head: Seq.describe('`seq` of the newest entry.'),
  });

/** `status=in_review,blocked`: one parameter, values separated by commas. */
export const anyOf = <const V extends readonly [string, ...string[]]>(values: V) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)))
    .optional();

export const truth = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .pipe(z.boolean());
