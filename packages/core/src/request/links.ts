import type { FiledLink, Standing } from './commands.ts';
import type { LinkKind } from './model.ts';
import type { FieldError } from './result.ts';

/** What each kind asks of its target (SEMANTICS 24), and the words for it. */
const FITS: {
  readonly [kind in LinkKind]: { readonly fits: (target: Standing) => boolean; readonly words: string };
} = {
  amends: { fits: isAlive, words: 'What is amended is open or approved' },
  reverses: { fits: ({ outcome }) => outcome === 'approved', words: 'Only what was approved is reversed' },
  // What is filed in parts may have been rejected or cancelled for being one.
  splits: { fits: () => true, words: '' },
  child_of: { fits: isAlive, words: 'A parent is open or approved' },
};

function isAlive({ outcome }: Standing): boolean {
  return outcome === null || outcome === 'approved';
}

/** Made with the request and never after, a link leads to an older one: in no way back to itself. */
export function linkErrors(links: readonly FiledLink[], request: string): FieldError[] {
  return links.flatMap((link, i): FieldError[] => {
    const field = `links[${i}]`;
    if (link.to === request)
      return [{ field, code: 'bad-link', message: 'A request does not link to itself.' }];
    const before = links.slice(0, i);
    if (before.some((one) => one.kind === link.kind && one.to === link.to))
      return [{ field, code: 'duplicate', message: 'This link stands here twice.' }];
    if (link.kind === 'child_of' && before.some((one) => one.kind === 'child_of'))
      return [{ field, code: 'duplicate', message: 'A request is a child of one request at most.' }];
    const { fits, words } = FITS[link.kind];
    if (link.target === undefined || fits(link.target)) return [];
    const stands = link.target.outcome ?? link.target.status;
    return [{ field: `${field}.to`, code: 'bad-link', message: `${words}; ${link.to} is ${stands}.` }];
  });
}
