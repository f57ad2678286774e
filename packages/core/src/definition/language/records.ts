import { canonicalJson } from '../../facts/digest.ts';
import type { Observer } from '../model.ts';
import { list, record, required } from '../shape/collections.ts';
import { text } from '../shape/scalars.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { variants } from '../shape/unions.ts';
import { slug, user } from './words.ts';

/**
 * `{seq}` ends it, and no digit stands before it: so the last digits of a number are the place in the log, and no two
 * requests of an environment have one number, whatever their definitions.
 */
export const number: Shape<string> = text({
  what: 'a pattern of letters, digits, `-`, `.`, `/`, `_` and `{year}` that ends in `{seq}`, with no digit just before it',
  example: 'CON-{year}-{seq}',
  pattern: /^(?!.{60})[A-Za-z](?:[A-Za-z0-9._/-]|\{year\})*(?<![0-9}])\{seq\}$/,
});

export const retain = slug('the name of a retention schedule', 'contracts');

const observer: Shape<Observer> = variants<Observer>('an observer', {
  user: record({ user: required(user, 'a person') }),
  group: record({ group: required(slug('the name of a group', 'audit'), 'all members of this group') }),
  role: record({ role: required(slug('the name of a role', 'auditor'), 'all holders of this role') }),
});

export const observers: Shape<readonly Observer[]> = mapped(
  list(observer, 'observers', 1, 50),
  (given, at, path, reading) =>
    new Set(given.map(canonicalJson)).size < given.length
      ? report(reading, 'duplicate', at, path, 'The same observer stands here twice. Keep one.')
      : given.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
);
