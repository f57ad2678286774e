import { Environment, ParseError } from '@marcbachmann/cel-js';
import {
  type Expression,
  type ExpressionProblem,
  MAX_NESTING,
  MAX_NODES,
  MAX_SOURCE,
  problemAt,
} from './ast.ts';
import { convert, Unsupported } from './convert.ts';
import { unitLiteral, unitLiteralMessage } from './literal.ts';

export type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problem: ExpressionProblem };

const cel = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: false,
  limits: {
    maxAstNodes: MAX_NODES,
    maxDepth: MAX_NESTING,
    maxListElements: MAX_NODES,
    maxMapEntries: 0,
    maxCallArguments: 8,
  },
});

/** Parses one expression of CEL. Never throws; the problem says where and what to do. */
export function parseExpression(source: string): Parsed {
  const fail = (at: number, code: ExpressionProblem['code'], message: string): Parsed => ({
    ok: false,
    problem: problemAt(source, at, code, message),
  });
  if (source.length > MAX_SOURCE) {
    return fail(
      0,
      'too-long',
      `An expression has at most ${MAX_SOURCE} characters; this has ${source.length}.`,
    );
  }
  if (!source.isWellFormed() || source.includes('\0')) {
    return fail(0, 'syntax', 'The expression holds NUL or a lone surrogate; take it out.');
  }
  const deep = longUnaryRun(source);
  if (deep !== null) return fail(deep, 'too-deep', `Expressions nest at most ${MAX_NESTING} deep.`);
  try {
    return { ok: true, expression: { source, root: convert(cel.parse(source).ast) } };
  } catch (error) {
    if (error instanceof Unsupported) return fail(error.at, error.code, error.message);
    if (error instanceof ParseError) {
      const literal = error.code === 'limit_exceeded' ? null : unitLiteral(withoutTexts(source));
      if (literal !== null) return fail(literal.at, 'syntax', unitLiteralMessage(literal.text));
      return fail(error.range?.start ?? 0, ...inWords(error));
    }
    // The bounds keep the parser's recursion shallow; a caller deep in its own stack may still run out of it.
    if (error instanceof RangeError)
      return fail(0, 'too-deep', 'The expression is nested too deeply; simplify it.');
    throw error;
  }
}

/**
 * Offset of the first run of more than `MAX_NESTING` unary operators, for which the parser recurses without
 * counting. Texts and comments are passed over as its lexer does.
 */
function longUnaryRun(source: string): number | null {
  let run = 0;
  let at = 0;
  while (at < source.length) {
    const ch = source.charAt(at);
    if (ch === '"' || ch === "'") {
      at = endOfText(source, at, ch);
      run = 0;
      continue;
    }
    if (ch === '/' && source.charAt(at + 1) === '/') {
      at = endOfLine(source, at);
      continue;
    }
    if (ch === '!' || ch === '-') run += 1;
    else if (ch > ' ') run = 0;
    if (run > MAX_NESTING) return at;
    at += 1;
  }
  return null;
}

/** Of the same length; texts and comments are blank. */
function withoutTexts(source: string): string {
  let bare = '';
  while (bare.length < source.length) {
    const at = bare.length;
    const ch = source.charAt(at);
    const isText = ch === '"' || ch === "'";
    const end = isText ? endOfText(source, at, ch) : source.startsWith('//', at) ? endOfLine(source, at) : at;
    bare += end > at ? ' '.repeat(end - at) : ch;
  }
  return bare;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end;
}

function endOfText(source: string, start: number, quote: string): number {
  const mark = source.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  for (let at = start + mark.length; at < source.length; at += 1) {
    if (source.charAt(at) === '\\') at += 1;
    else if (source.startsWith(mark, at)) return at + mark.length;
  }
  return source.length;
}

const TOKENS: { readonly [token: string]: string } = {
  EOF: 'the end of the expression',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'a text',
  BOOLEAN: 'true or false',
  NULL: 'null',
  LPAREN: '“(”',
  RPAREN: '“)”',
  LBRACKET: '“[”',
  RBRACKET: '“]”',
  LBRACE: '“{”',
  RBRACE: '“}”',
  DOT: '“.”',
  COMMA: '“,”',
  COLON: '“:”',
  QUESTION: '“?”',
};

function inWords(error: ParseError): [ExpressionProblem['code'], string] {
  if (error.code === 'limit_exceeded') {
    if (error.summary.includes('maxDepth'))
      return ['too-deep', `Expressions nest at most ${MAX_NESTING} deep.`];
    if (error.summary.includes('maxMapEntries'))
      return ['not-supported', 'Maps are not supported; use fields, limits and lists.'];
    if (error.summary.includes('maxCallArguments'))
      return ['not-supported', 'No function takes that many arguments.'];
    return ['too-many-nodes', `An expression has at most ${MAX_NODES} parts; split it over several steps.`];
  }
  const summary = error.summary.replace(/\b[A-Z]{2,}\b/g, (token) =>
    Object.hasOwn(TOKENS, token) ? (TOKENS[token] ?? token) : token,
  );
  return ['syntax', `${summary}.`];
}
