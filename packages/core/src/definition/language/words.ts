import { MAX_SOURCE } from '../../condition/ast.ts';
import { RESERVED_NAMES } from '../../condition/scope.ts';
import type { Localized } from '../model.ts';
import { type Named, type NameRule, namesTo } from '../shape/collections.ts';
import { literal, text } from '../shape/scalars.ts';
import { mapped, nameOf, type Reading, report, type Shape } from '../shape/shape.ts';
import { byForm } from '../shape/unions.ts';
import type { SourceScalar } from '../source/tree.ts';

/** Groups, roles, definitions, matrices and steps are named by slug. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** Fields, limits, documents and dimensions are named by identifier, because conditions speak of them. */
export const IDENTIFIER = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;
export const USER = /^usr_[A-Za-z0-9_-]{1,64}$/;

export const slug = (what: string, example: string): Shape<string> =>
  text({ what: `${what} (small letters, digits and hyphens)`, example, pattern: SLUG, most: 64 });

export const identifier = (what: string, example: string): Shape<string> =>
  text({ what: `${what} (letters, digits and _)`, example, pattern: IDENTIFIER, most: 64 });

export const user = text({ what: 'the id of a person', example: 'usr_0198…', pattern: USER, most: 68 });

/** Refuses names that mean something else in a condition, or in the objects that hold values by name. */
function refuseName(pattern: RegExp, example: string): NameRule {
  return {
    pattern,
    example,
    refuse(name) {
      if (!pattern.test(name))
        return `\`${name.slice(0, 80)}\` is no name: letters, digits and _ only, such as \`${example}\`.`;
      if (RESERVED_NAMES.includes(name))
        return `\`${name}\` means something else in conditions. Choose another name.`;
      return name in {} ? `\`${name}\` cannot be a name. Choose another one.` : undefined;
    },
  };
}

export function names<T>(_what: string, example: string, shape: Shape<T>): Shape<readonly Named<T>[]> {
  return namesTo(refuseName(IDENTIFIER, example), shape);
}

export function refusedName(name: string): string | undefined {
  return refuseName(IDENTIFIER, 'region').refuse(name);
}

const words = text({ what: 'text', example: 'Purchase order', most: 500 });
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** Text in one language (English) or in several: `{ en: …, de: … }`. */
export const localized: Shape<Localized> = byForm({
  scalar: mapped(words, (en): Localized => ({ en })),
  map: mapped(
    namesTo(
      {
        pattern: LANGUAGE,
        example: 'en',
        refuse: (name) =>
          LANGUAGE.test(name) ? undefined : `\`${name.slice(0, 80)}\` is no language tag, such as \`en\`.`,
      },
      words,
    ),
    (entries): Localized => Object.fromEntries(entries.map(({ name, value }) => [name, value])),
  ),
});

/** Remembers where the characters of an expression stand, so that its problems can point into it. */
function rememberText(source: SourceScalar, skipped: number, path: string, reading: Reading): void {
  if (source.textAt)
    reading.positions.set(`${path}#text`, {
      line: source.textAt.line,
      column: source.textAt.column + skipped,
    });
}

const LONGEST = MAX_SOURCE;

/** A condition: always an expression, so without `=`. */
export const condition: Shape<string> = literal(
  'a condition, such as `amount > limits.small`',
  { type: ['string', 'boolean'], maxLength: LONGEST, description: 'A condition (CEL)' },
  (expression, source, path, reading) => {
    if (expression === '' || expression.length > LONGEST) return undefined;
    if (expression.startsWith('='))
      return report(
        reading,
        'bad-value',
        source.at,
        path,
        `${nameOf(path)} is always an expression. Leave out the \`=\`.`,
      );
    rememberText(source, source.text.indexOf(expression), path, reading);
    return expression;
  },
);

/** `=amount` is an expression, `EMEA` the text itself; the value is an expression either way. */
export const expressionOrLiteral: Shape<string> = literal(
  'a value, or an expression such as `=region`',
  { type: ['string', 'number', 'boolean'], maxLength: LONGEST },
  (written, source, path, reading) => {
    if (written.length > LONGEST) return undefined;
    if (source.is !== 'text') return written;
    return written.startsWith('=')
      ? withoutSign(written, source, path, reading)
      : JSON.stringify(source.text);
  },
);

export const expression: Shape<string> = literal(
  'an expression, such as `=amount` (with the `=`; a fixed amount stands in `limits`)',
  { type: 'string', pattern: '^=', maxLength: LONGEST },
  (written, source, path, reading) =>
    written.startsWith('=') && written.length <= LONGEST
      ? withoutSign(written, source, path, reading)
      : undefined,
);

function withoutSign(
  written: string,
  source: SourceScalar,
  path: string,
  reading: Reading,
): string | undefined {
  const bare = written.slice(1).trim();
  if (bare === '') return undefined;
  rememberText(source, source.text.indexOf(bare), path, reading);
  return bare;
}
