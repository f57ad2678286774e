import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, type ParsedNode, Parser } from 'yaml';
import type { Position } from '../problem.ts';
import { unstorable } from './characters.ts';
import { BOUNDS, type Entry, type Source, type SourceProblem, type SourceResult } from './tree.ts';

type At = (offset: number) => Position;
class Refused extends Error {
  readonly problem: SourceProblem;
  constructor(problem: SourceProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** YAML 1.2, core schema, one document, without anchors, aliases, tags, directives and merge keys. */
export function readYaml(source: string, at: At): SourceResult {
  try {
    const tokens = tokensOf(source, at);
    // Its own check of unique keys compares every pair: 37,000 keys fit into 256 KiB. We use a set.
    const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, merge: false });
    const [document, second] = [...composer.compose(tokens, true, source.length)];
    if (document === undefined) throw refused('syntax', 'The document is empty.', at(0));
    if (second !== undefined)
      throw refused(
        'syntax',
        'One document is read; remove the line `---` and what follows.',
        at(second.range[0]),
      );
    if (document.errors.length > 0) {
      const problems = document.errors.slice(0, 20).map((error): SourceProblem => {
        const message = `This is not valid YAML: ${error.message.replace(/\s+/g, ' ')}.`;
        return { code: 'syntax', message: message.replace('..', '.'), at: at(error.pos[0]) };
      });
      return { ok: false, problems };
    }
    return { ok: true, root: toSource(document.contents, source, at, 0) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problems: [error.problem] };
    throw error;
  }
}

function refused(code: SourceProblem['code'], message: string, at: Position): Refused {
  return new Refused({ code, message, at });
}

/**
 * The parser is fed lexeme by lexeme, so that depth and size are bounded while it works: composing is recursive,
 * and 250,000 opening brackets alone took it two seconds.
 */
function tokensOf(source: string, at: At): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source)) {
    lexemes += 1;
    if (parser.stack.length > BOUNDS.depth + 2)
      throw refused('too-large', `Nested deeper than ${BOUNDS.depth} levels. Flatten it.`, at(parser.offset));
    if (lexemes > BOUNDS.nodes * 6)
      throw refused('too-large', `More than ${BOUNDS.nodes} values. Split it.`, at(parser.offset));
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const directive = tokens.find((token) => token.type === 'directive');
  if (directive)
    throw refused('tag', 'YAML directives are not allowed. Remove this line.', at(directive.offset));
  return tokens;
}

function toSource(node: ParsedNode | null, source: string, at: At, offset: number): Source {
  if (node === null) return { is: 'null', at: at(offset), text: '', textAt: at(offset), bare: true };
  const place = at(node.range[0]);
  if (isAlias(node))
    throw refused(
      'alias',
      'Aliases (`*name`) are not allowed: write the value out where it is needed.',
      place,
    );
  if (node.anchor !== undefined)
    throw refused(
      'alias',
      `Anchors (\`&${node.anchor}\`) are not allowed: write values out where they are needed.`,
      place,
    );
  if (node.tag !== undefined)
    throw refused('tag', 'Tags (`!name`) are not allowed: put quotes around what must be text.', place);
  if (isSeq(node)) {
    const items = node.items.map((item) => toSource(item as ParsedNode | null, source, at, node.range[0]));
    return { is: 'list', at: place, items };
  }
  if (isMap(node)) {
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair.key as ParsedNode | null, at, node.range[0]);
      if (seen.has(key.key))
        throw refused('duplicate-key', `\`${key.key}\` stands here twice. Keep one.`, key.at);
      seen.add(key.key);
      entries.push({
        ...key,
        value: toSource((pair.value as ParsedNode | null) ?? null, source, at, key.offset),
      });
    }
    return { is: 'map', at: place, entries };
  }
  const bare = node.type === 'PLAIN';
  const value: unknown = node.value;
  const text = typeof value === 'string' ? value : (node.source ?? '');
  if (unstorable(text))
    throw refused('syntax', 'An escape stands for a character that cannot be stored.', place);
  const start = node.range[0] + (bare ? 0 : 1);
  const textAt = source.startsWith(text, start) ? at(start) : null;
  if (value === null) return { is: 'null', at: place, text, textAt, bare };
  if (typeof value === 'boolean') return { is: 'boolean', at: place, text: String(value), textAt, bare };
  return { is: typeof value === 'number' ? 'number' : 'text', at: place, text, textAt, bare };
}

function keyOf(
  node: ParsedNode | null,
  at: At,
  offset: number,
): { key: string; at: Position; offset: number } {
  if (!isScalar(node)) throw refused('syntax', 'A key must be a word.', at(node?.range[0] ?? offset));
  const place = at(node.range[0]);
  if (node.anchor !== undefined) throw refused('alias', 'Anchors are not allowed.', place);
  if (node.tag !== undefined) throw refused('tag', 'Tags are not allowed.', place);
  const value: unknown = node.value;
  const key = typeof value === 'string' ? value : (node.source ?? '');
  if (key === '<<')
    throw refused(
      'alias',
      'Merge keys (`<<`) are not allowed: write the values out where they are needed.',
      place,
    );
  if (unstorable(key)) throw refused('syntax', 'A key holds a character that cannot be stored.', place);
  return { key, at: place, offset: node.range[0] };
}
