import type { Ast, Comparison } from '../../condition/ast.ts';
import { parseExpression } from '../../condition/parse.ts';
import { isPlainName } from '../../condition/scope.ts';
import { readDuration } from '../duration.ts';
import type { Definition, Limit } from '../model.ts';
import type { Phrases } from './phrases.ts';

/** What an explanation is made of: the definition, and the words of one language. */
export type Telling = { readonly definition: Definition; readonly say: Phrases };

const COMPARED: { readonly [operator in Comparison]: keyof Phrases['compare'] } = {
  '<': 'below',
  '<=': 'atMost',
  '>': 'above',
  '>=': 'atLeast',
  '==': 'is',
  '!=': 'isNot',
};

/** A condition in plain words, every limit spelled out; what has no plain words is quoted as it is written. */
export function conditionWords(telling: Telling, source: string): string {
  const parsed = parseExpression(source);
  const words = parsed.ok ? clause(telling, parsed.expression.root, false) : null;
  return words ?? quotedExpression(telling, source);
}

/** A value in plain words where it has some, otherwise quoted. */
export function valueWords(telling: Telling, source: string): string {
  const parsed = parseExpression(source);
  return (parsed.ok ? value(telling, parsed.expression.root) : null) ?? quotedExpression(telling, source);
}

/** An expression as it is written, with the values of the limits that it reads. */
export function quotedExpression({ definition, say }: Telling, source: string): string {
  const limits = Object.entries(definition.limits).filter(([name]) =>
    isPlainName(name)
      ? new RegExp(`\\blimits\\.${name}\\b`).test(source)
      : source.includes(`limits["${name}"]`),
  );
  if (limits.length === 0) return `\`${source}\``;
  return `\`${source}\` (${limits.map(([name, limit]) => `limits.${name}: ${limitValue(say, limit)}`).join('; ')})`;
}

/** A statement that is true or false; null where it has no plain words. */
function clause(telling: Telling, ast: Ast, inner: boolean): string | null {
  const { say } = telling;
  switch (ast.node) {
    case 'boolean':
      return ast.value ? say.always : say.never;
    case 'name':
    case 'member': {
      const words = value(telling, ast);
      return words === null ? null : say.applies(words);
    }
    case 'not': {
      const words = clause(telling, ast.of, true);
      return words === null ? null : say.not(words);
    }
    case 'has': {
      const words = value(telling, ast.of);
      return words === null ? null : say.given(words);
    }
    case 'logic': {
      const items = ast.items.map((item) => clause(telling, item, true));
      if (items.includes(null)) return null;
      const words = items.join(` ${ast.operator === '&&' ? say.and : say.or} `);
      return inner ? `(${words})` : words;
    }
    case 'compare':
      return comparison(telling, ast.operator, ast.left, ast.right);
    case 'in': {
      const [item, list] = [value(telling, ast.item), value(telling, ast.list)];
      return item === null || list === null ? null : say.oneOf(item, list);
    }
    case 'text':
    case 'integer':
    case 'decimal':
    case 'index':
    case 'negate':
    case 'arithmetic':
    case 'conditional':
    case 'list':
    case 'call':
    case 'macro':
      return null;
    default: {
      const never: never = ast;
      return never;
    }
  }
}

function comparison(telling: Telling, operator: Comparison, left: Ast, right: Ast): string | null {
  const { say } = telling;
  const isRead = left.node === 'member' || left.node === 'index';
  const check = isRead && left.of.node === 'name' && left.of.name === 'checks' ? memberOf(left) : null;
  if (check !== null && right.node === 'text' && (operator === '==' || operator === '!='))
    return say.checkSaid(check, right.value, operator === '==');
  const [a, b] = [value(telling, left), value(telling, right)];
  return a === null || b === null ? null : say.compare[COMPARED[operator]](a, b);
}

/** `limits.x` and `limits["x"]` are the same. */
function memberOf(ast: Extract<Ast, { node: 'member' | 'index' }>): string | null {
  if (ast.node === 'member') return ast.name;
  return ast.index.node === 'text' ? ast.index.value : null;
}

function value(telling: Telling, ast: Ast): string | null {
  const { definition, say } = telling;
  switch (ast.node) {
    case 'text':
      return telling.say.quote(ast.value);
    case 'integer':
      return String(ast.value);
    case 'boolean':
      return ast.value ? say.yes : say.no;
    case 'name':
      return nameWords(telling, ast.name);
    case 'member':
    case 'index': {
      const name = memberOf(ast);
      if (ast.of.node !== 'name' || name === null) return null;
      if (ast.of.name === 'fields') return fieldWords(telling, name);
      const limit = Object.hasOwn(definition.limits, name) ? definition.limits[name] : undefined;
      return ast.of.name === 'limits' && limit ? say.limit(name, limitValue(say, limit)) : null;
    }
    case 'list': {
      const items = ast.items.map((item) => value(telling, item));
      return items.includes(null) ? null : items.join(', ');
    }
    case 'arithmetic': {
      const [left, right] = [value(telling, ast.left), value(telling, ast.right)];
      const simple = ast.left.node !== 'arithmetic' && ast.right.node !== 'arithmetic';
      return left === null || right === null || !simple ? null : `${left} ${ast.operator} ${right}`;
    }
    case 'decimal':
    case 'not':
    case 'negate':
    case 'logic':
    case 'compare':
    case 'in':
    case 'conditional':
    case 'has':
    case 'macro':
      return null;
    case 'call':
      return totalWords(telling, ast);
    default: {
      const never: never = ast;
      return never;
    }
  }
}

/** `related.total(amount, vendor, limits.window)`; null for any other call. */
function totalWords(telling: Telling, ast: Extract<Ast, { node: 'call' }>): string | null {
  if (ast.name !== 'total' || ast.receiver?.node !== 'name' || ast.receiver.name !== 'related') return null;
  const [amount, by, within] = ast.args;
  const span = within && spanWords(telling, within);
  const [sum, name] = [amount && value(telling, amount), by && value(telling, by)];
  return sum && name && span ? telling.say.total(sum, name, span) : null;
}

function spanWords(telling: Telling, ast: Ast): string | null {
  if (ast.node !== 'call') return value(telling, ast);
  const [text] = ast.args;
  const span = text?.node === 'text' ? readDuration(text.value) : undefined;
  return span === undefined ? null : telling.say.duration(span);
}

function nameWords(telling: Telling, name: string): string {
  const { say } = telling;
  if (name === 'requester' || name === 'submitter' || name === 'beneficiary') return say.identity[name];
  return name === 'revision' ? say.revision : fieldWords(telling, name);
}

/** A field or a document by its title, with its name where they differ. */
export function fieldWords({ definition, say }: Telling, name: string): string {
  const title = definition.fields.find((field) => field.name === name)?.title;
  const words = title && localText(title, say.language);
  return words === undefined || words === name ? name : say.quote(words);
}

export const localText = (
  text: { readonly [language: string]: string },
  language: string,
): string | undefined => text[language] ?? text.en ?? Object.values(text)[0];

export function limitValue(say: Phrases, limit: Limit): string {
  switch (limit.type) {
    case 'money':
      return `${say.number(limit.amount)} ${limit.currency}`;
    case 'percent':
      return `${say.number(limit.value)} %`;
    case 'decimal':
      return say.number(limit.value);
    case 'integer':
      return String(limit.value);
    case 'duration':
      return say.duration(limit.value);
    default: {
      const never: never = limit;
      return never;
    }
  }
}
