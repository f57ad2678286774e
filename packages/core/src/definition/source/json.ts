import type { Position } from '../problem.ts';
import { unstorable } from './characters.ts';
import { BOUNDS, type Entry, type Source, type SourceProblem, type SourceResult } from './tree.ts';

/** JSON (RFC 8259) with positions and unrounded numbers, which `JSON.parse` does not give. */
export function readJson(source: string, at: (offset: number) => Position): SourceResult {
  const reader = new Reader(source, at);
  const root = reader.value(0);
  if (root && reader.atEnd()) return { ok: true, root };
  const fallback: SourceProblem = reader.fault(
    'syntax',
    'Something follows the end of the document. Remove it.',
  );
  return { ok: false, problems: [reader.problem ?? fallback] };
}

class Reader {
  problem: SourceProblem | undefined;
  private readonly source: string;
  private readonly at: (offset: number) => Position;
  private i = 0;
  private nodes = 0;

  constructor(source: string, at: (offset: number) => Position) {
    this.source = source;
    this.at = at;
  }

  fault(code: SourceProblem['code'], message: string, offset = this.i): SourceProblem {
    return { code, message, at: this.at(offset) };
  }

  atEnd(): boolean {
    this.space();
    return this.i >= this.source.length;
  }

  value(depth: number): Source | undefined {
    this.space();
    this.nodes += 1;
    if (depth > BOUNDS.depth)
      return this.fail(`Nested deeper than ${BOUNDS.depth} levels. Flatten it.`, 'too-large');
    if (this.nodes > BOUNDS.nodes)
      return this.fail(`More than ${BOUNDS.nodes} values. Split it.`, 'too-large');
    const char = this.source[this.i];
    if (char === '{') return this.map(depth);
    if (char === '[') return this.list(depth);
    if (char === '"') return this.string();
    const word = /[-+.\w]*/y;
    word.lastIndex = this.i;
    const text = word.exec(this.source)?.[0] ?? '';
    const at = this.at(this.i);
    const is = kindOf(text);
    if (is === undefined) return this.fail(`Expected a JSON value, found ${this.found()}.`);
    this.i += text.length;
    return { is, at, text, textAt: at, bare: false };
  }

  private map(depth: number): Source | undefined {
    const at = this.at(this.i);
    const entries: Entry[] = [];
    const seen = new Set<string>();
    this.i += 1;
    for (this.space(); this.source[this.i] !== '}'; ) {
      if (this.source[this.i] !== '"') return this.fail(`Expected a key in quotes, found ${this.found()}.`);
      const start = this.i;
      const key = this.string();
      if (!key) return undefined;
      if (seen.has(key.text))
        return this.fail(`\`${key.text}\` stands here twice. Keep one.`, 'duplicate-key', start);
      seen.add(key.text);
      if (!this.take(':')) return this.fail(`Expected \`:\`, found ${this.found()}.`);
      const value = this.value(depth + 1);
      if (!value) return undefined;
      entries.push({ key: key.text, at: key.at, value });
      if (!this.more('}')) return undefined;
    }
    this.i += 1;
    return { is: 'map', at, entries };
  }

  private list(depth: number): Source | undefined {
    const at = this.at(this.i);
    const items: Source[] = [];
    this.i += 1;
    for (this.space(); this.source[this.i] !== ']'; ) {
      const value = this.value(depth + 1);
      if (!value) return undefined;
      items.push(value);
      if (!this.more(']')) return undefined;
    }
    this.i += 1;
    return { is: 'list', at, items };
  }

  private string(): (Source & { is: 'text' }) | undefined {
    const start = this.i;
    const pattern = /"(?:[^"\\\n\r]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    pattern.lastIndex = start;
    const raw = pattern.exec(this.source)?.[0];
    if (raw === undefined) return this.fail('This string does not end on its line, or has a bad escape.');
    // The pattern admits JSON strings only; a bare tab is the one character that JSON.parse would still refuse.
    const text: unknown = JSON.parse(raw.replaceAll('\t', '\\t'));
    if (typeof text !== 'string' || unstorable(text))
      return this.fail('An escape stands for a character that cannot be stored.');
    this.i += raw.length;
    const textAt = this.source.startsWith(text, start + 1) ? this.at(start + 1) : null;
    return { is: 'text', at: this.at(start), text, textAt, bare: false };
  }

  /** After a member: a comma and another one, or the end. */
  private more(end: string): boolean {
    if (this.take(',')) {
      this.space();
      if (this.source[this.i] !== end) return true;
      this.fail('Remove the comma before this.');
      return false;
    }
    if (this.source[this.i] === end) return true;
    this.fail(`Expected \`,\` or \`${end}\`, found ${this.found()}.`);
    return false;
  }

  private take(char: string): boolean {
    this.space();
    if (this.source[this.i] !== char) return false;
    this.i += 1;
    return true;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.source[this.i] ?? '')) this.i += 1;
  }

  private found(): string {
    const char = this.source[this.i];
    return char === undefined ? 'the end' : `\`${char}\``;
  }

  private fail(message: string, code: SourceProblem['code'] = 'syntax', offset = this.i): undefined {
    this.problem ??= this.fault(code, message, offset);
    return undefined;
  }
}

function kindOf(text: string): 'number' | 'boolean' | 'null' | undefined {
  if (text === 'true' || text === 'false') return 'boolean';
  if (text === 'null') return 'null';
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? 'number' : undefined;
}
