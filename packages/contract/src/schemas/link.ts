import { z } from 'zod';
import { name } from '../registry.ts';
import { RequestId } from './values.ts';

export const linkKinds = ['amends', 'reverses', 'splits', 'child_of'] as const;

export const LinkKind = z
  .enum(linkKinds)
  .describe(
    'What a request is to an older one: it amends it, reverses it, splits a part off it, or is its child.',
  );

export const Link = name(
  'Link',
  'A link from a request to an older one of the same environment.',
  z.strictObject({ kind: LinkKind, to: RequestId }),
);
