import { Lexer } from 'yaml';
import type { Source } from '../source/tree.ts';

/** The content alone, with keys in one order. */
export function contentOf(source: Source): string {
  switch (source.is) {
    case 'map':
      return `{${source.entries
        .map(({ key, value }) => `${JSON.stringify(key)}:${contentOf(value)}`)
        .sort()
        .join()}}`;
    case 'list':
      return `[${source.items.map(contentOf).join()}]`;
    case 'null':
      return 'null';
    case 'text':
    case 'number':
    case 'boolean':
      return `${source.is} ${JSON.stringify(source.text)}`;
    default: {
      const never: never = source;
      return never;
    }
  }
}

/** Every comment of a text, in one order: keys may have moved, and none may be lost. */
export function commentsOf(source: string): string {
  const found: string[] = [];
  let before = '';
  for (const lexeme of new Lexer().lex(source)) {
    // A scalar's text follows its mark, and may begin with the same character.
    if (lexeme.startsWith('#') && before !== '\x1f') found.push(lexeme.trimEnd());
    before = lexeme;
  }
  return found.sort().join('\n');
}

export const pad = (depth: number): string => '  '.repeat(depth);

/** The parser gives an empty line for a blank one, and a space for a bare `#`. */
export const commentLines = (comment: string | null | undefined, depth: number): string[] =>
  comment ? comment.split('\n').map((line) => (line === '' ? '' : `${pad(depth)}#${line.trimEnd()}`)) : [];

/** A line with the comment behind it. What the parser took for more of that comment stands on lines of its own. */
export function withComment(line: string, comment: string | null | undefined, depth: number): string[] {
  if (!comment) return [line];
  const [first = '', ...more] = comment.split('\n');
  return [`${line} #${first.trimEnd()}`, ...commentLines(more.join('\n'), depth)];
}
