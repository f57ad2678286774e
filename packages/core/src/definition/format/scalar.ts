import type { Scalar } from 'yaml';

/** Texts that YAML 1.2 (core schema) would read as something else than text, and YAML 1.1 as true or false. */
const NOT_TEXT =
  /^(~|null|true|false|y|n|yes|no|on|off|[-+]?(\d[\d_.:eE+-]*|\.\d+|\.inf|\.nan|0x[\da-f]+|0o[0-7]+)|\.nan)$/i;
/** A first character that could begin anything but plain text. */
const INDICATOR = /^[-?:,[\]{}#&*!|>'"%@`<]/;
const UNPRINTABLE =
  /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029]/u;

/** One way to write each text: plain where that is safe, else in double quotes. */
export function textOf(text: string, flow: boolean): string {
  const plain =
    text !== '' &&
    text.trim() === text &&
    !text.includes('\n') &&
    !NOT_TEXT.test(text) &&
    !INDICATOR.test(text) &&
    !UNPRINTABLE.test(text) &&
    !/: |:$| #/.test(text) &&
    !(flow && /[,[\]{}]|:[,[\]{}]/.test(text));
  return plain ? text : quoted(text);
}

function quoted(text: string): string {
  if (text.includes('"') && !/['\n]/.test(text) && !UNPRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(
    /[\u2028\u2029\u007f-\u009f\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A scalar on one line. Numbers keep their digits: `0.10` is not `0.1` to its author. */
export function scalarOf(node: Scalar | null, flow: boolean): string {
  const value: unknown = node?.value ?? null;
  if (value === null) return flow ? 'null' : '';
  if (typeof value === 'string') return textOf(value, flow);
  if (typeof value === 'boolean') return String(value);
  return node?.source ?? String(value);
}

/** The lines of a text that is written as a block (`|`), or null where it has one line or a block would change it. */
export function blockOf(
  node: Scalar | null,
): { readonly head: string; readonly lines: readonly string[] } | null {
  const value: unknown = node?.value;
  if (typeof value !== 'string' || !value.includes('\n')) return null;
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const lines = body.split('\n');
  const safe =
    lines.every((line) => line === line.trimEnd()) && !/^\s|^$/.test(lines[0] ?? '') && lines.at(-1) !== '';
  // Two blank lines together are one everywhere else.
  if (!safe || value.includes('\n\n\n') || UNPRINTABLE.test(value)) return null;
  return { head: value.endsWith('\n') ? '|' : '|-', lines };
}
