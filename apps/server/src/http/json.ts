import type { FieldError, ProblemCode } from '@countersign/contract';

export type ParsedBody =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly code: ProblemCode;
      readonly detail: string;
      readonly errors: readonly FieldError[];
    };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Deeper bodies are refused before anything recurses over them. */
const MAX_DEPTH = 64;
/** No object here has nearly as many; checking 100,000 against a schema held everybody up for a second. */
const MAX_MEMBERS = 2000;
/** IEEE 754 keeps every decimal of up to 15 significant digits. */
const EXACT_DIGITS = 15;

/**
 * Parses a body so that nothing is rounded, dropped or smuggled in: no unsafe number, no repeated member, no NUL and
 * no lone surrogate (each would abort a whole batch as jsonb), no deep nesting.
 */
export function parseBody(bytes: Buffer): ParsedBody {
  const refused = (code: ProblemCode, detail: string, field = ''): ParsedBody => ({
    ok: false,
    code,
    detail,
    errors: [{ field, code, message: detail }],
  });
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return refused('malformed-json', 'The body is not UTF-8.');
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError)
      return refused('malformed-json', `The body is not JSON: ${place(text)}`);
    throw error;
  }
  const fault = scan(text) ?? textFault(value, '', 0);
  return fault ? refused(fault.code, fault.detail, fault.field) : { ok: true, value };
}

type Fault = { readonly code: ProblemCode; readonly detail: string; readonly field: string };

/** Larger texts are parsed once only: finding the place parses about log2(length) times. */
const LOCATED = 65_536;

/** V8 often tells no position, and quotes the body; people look for line and column. */
function place(text: string): string {
  if (text.trim() === '') return 'it is empty.';
  if (text.length > LOCATED) return 'it is larger than what is searched for the place.';
  let [good, bad] = [0, text.length];
  while (good < bad) {
    const middle = (good + bad) >> 1;
    if (mayGoOn(text.slice(0, middle + 1))) good = middle + 1;
    else bad = middle;
  }
  const before = text.slice(0, good).split('\n');
  const where = `at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return good === text.length
    ? `it ends too early ${where}.`
    : `unexpected ${JSON.stringify(text[good])} ${where}.`;
}

/** Is it JSON, or the beginning of some? */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = /position (\d+)/.exec(error.message)?.[1];
    return /Unexpected end|Unterminated string/.test(error.message) || Number(position) >= text.length;
  }
}

/** One pass over valid JSON: numbers that a double cannot keep, and members that stand twice. */
function scan(text: string): Fault | null {
  const members: (Set<string> | null)[] = [];
  let pendingKey = false;
  for (let at = 0; at < text.length; ) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      const end = endOfString(text, at);
      const keys = members.at(-1);
      if (pendingKey && keys) {
        const key: unknown = JSON.parse(text.slice(at, end));
        if (typeof key === 'string') {
          if (keys.size >= MAX_MEMBERS)
            return {
              code: 'malformed-json',
              detail: `An object of the body has more than ${MAX_MEMBERS} members.`,
              field: '',
            };
          if (keys.has(key))
            return {
              code: 'malformed-json',
              detail: `The member "${key.slice(0, 80)}" stands twice in one object.`,
              field: key.slice(0, 80),
            };
          keys.add(key);
        }
        pendingKey = false;
      }
      at = end;
      continue;
    }
    if (char === 0x7b) {
      members.push(new Set());
      pendingKey = true;
    } else if (char === 0x5b) {
      members.push(null);
      pendingKey = false;
    } else if (char === 0x7d || char === 0x5d) {
      members.pop();
      pendingKey = false;
    } else if (char === 0x2c) {
      pendingKey = members.at(-1) !== null && members.length > 0;
    } else if (char === 0x2d || (char >= 0x30 && char <= 0x39)) {
      const literal = /[-+0-9.eE]+/y;
      literal.lastIndex = at;
      const number = literal.exec(text)?.[0] ?? text[at] ?? '';
      if (!isExact(number)) {
        return {
          code: 'unsafe-number',
          detail: `The number ${number.slice(0, 40)} cannot be kept exactly; send it as a string.`,
          field: '',
        };
      }
      at += number.length;
      continue;
    }
    at += 1;
    if (members.length > MAX_DEPTH)
      return { code: 'malformed-json', detail: `The body is nested deeper than ${MAX_DEPTH}.`, field: '' };
  }
  return null;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; text.charCodeAt(at) !== 0x22; at += 1) if (text.charCodeAt(at) === 0x5c) at += 1;
  return at + 1;
}

function isExact(literal: string): boolean {
  if (/^-?\d+$/.test(literal)) return Number.isSafeInteger(Number(literal));
  if (/[eE]/.test(literal)) return false;
  return literal.replace(/^-?0*\.?0*|\./g, '').length <= EXACT_DIGITS;
}

/** PostgreSQL's text holds neither U+0000 nor a lone surrogate. */
const isBad = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed();

function textFault(value: unknown, field: string, depth: number): Fault | null {
  if (typeof value === 'string') return isBad(value) ? badText(field) : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    const path = Array.isArray(value) ? `${field}[${key}]` : field === '' ? key : `${field}.${key}`;
    if (isBad(key)) return badText(path);
    // Copying an object member by member would set what it inherits from, and lose the member without a word.
    if (key === '__proto__')
      return { code: 'unknown-field', detail: 'There is no member __proto__.', field: path };
    const fault = textFault(child, path, depth + 1);
    if (fault) return fault;
  }
  return null;
}

const badText = (field: string): Fault => ({
  code: 'invalid-text',
  detail: 'A text holds NUL or a lone surrogate, which is not Unicode text.',
  field: JSON.stringify(field).slice(1, -1),
});

/** Does a header, a path or a query hold text that no text column can? */
export const isBadText = isBad;
