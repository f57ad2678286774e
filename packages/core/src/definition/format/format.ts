import {
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { DefinitionProblem } from '../problem.ts';
import { readSource } from '../source/read.ts';
import { commentLines, commentsOf, contentOf, pad, withComment } from './comments.ts';
import { type Entry, flow, keyOf, type Node } from './flow.ts';
import { type Place, rankOf, SPREAD, STEPS } from './order.ts';
import { blockOf, scalarOf, textOf } from './scalar.ts';

export type Formatted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** A map or list stands on one line if that line ends before this column. */
const WIDTH = 110;
type At = { readonly source: string; readonly key: string; readonly place: Place; readonly depth: number };

/**
 * A definition in YAML in its one layout: known keys in the order of the reference, steps spread over lines, what fits
 * in braces on one line, quotes only where needed. Comments and single blank lines stay. The content, and with it the
 * digest, is the same. Never throws.
 */
export function formatDefinition(text: string): Formatted {
  const source = (text.startsWith('\ufeff') ? text.slice(1) : text).replace(/\r\n?/g, '\n');
  const read = readSource(source, 'yaml');
  if (!read.ok)
    return {
      ok: false,
      problems: read.problems.map(({ code, message, at }) => ({ code, message, path: '', ...at })),
    };
  const document = parseDocument(source, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    merge: false,
    intAsBigInt: true,
  });
  const root = document.contents as Node;
  const lines = [
    ...commentLines(document.commentBefore, 0),
    ...(document.commentBefore ? [''] : []),
    ...(root === null ? [] : block(root, { source, key: '', place: 'document', depth: 0 })),
    ...(document.comment ? ['', ...commentLines(document.comment, 0)] : []),
  ];
  const result = `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
  const again = readSource(result, 'yaml');
  const same =
    again.ok && contentOf(again.root) === contentOf(read.root) && commentsOf(result) === commentsOf(source);
  if (same) return { ok: true, text: result };
  const message =
    'This cannot be laid out without changing it, most likely for a comment inside a value. Move the comment to a line of its own.';
  return { ok: false, problems: [{ code: 'syntax', message, path: '', line: 1, column: 1 }] };
}

function block(node: ParsedNode, at: At): string[] {
  const before = at.place === 'document' ? commentLines(node.commentBefore, at.depth) : [];
  const empty = (isMap(node) || isSeq(node)) && node.items.length === 0;
  const body = empty
    ? [`${pad(at.depth)}${isMap(node) ? '{}' : '[]'}`]
    : isMap(node)
      ? mapLines(node, at)
      : isSeq(node)
        ? listLines(node, at)
        : [`${pad(at.depth)}${scalarOf(isScalar(node) ? node : null, false)}`];
  return [...before, ...body, ...commentLines(node.comment, at.depth)];
}

/** What was written in braces and is spread keeps the comment behind it: there if it is one line still, else above. */
function spread(
  node: ParsedNode,
  at: At,
): { readonly above: readonly string[]; readonly lines: readonly string[] } {
  if (!('flow' in node) || node.flow !== true || !node.comment) return { above: [], lines: block(node, at) };
  const { comment } = node;
  node.comment = null;
  const lines = block(node, at);
  node.comment = comment;
  const [only, more] = lines;
  if (only !== undefined && more === undefined && !only.includes(' #'))
    return { above: [], lines: withComment(only, comment, at.depth) };
  return { above: commentLines(comment, at.depth), lines };
}

function mapLines(map: YAMLMap.Parsed, at: At): string[] {
  const entries = map.items as unknown as readonly Entry[];
  const keys = entries.map(keyOf);
  const place = at.place === 'other' && STEP_MARKS.some((mark) => keys.includes(mark)) ? 'step' : at.place;
  const rank = rankOf(place, keys);
  const sorted = entries
    .map((entry, i) => ({ entry, i }))
    .sort((a, b) => rank(keys[a.i] ?? '') - rank(keys[b.i] ?? '') || a.i - b.i);
  return sorted.flatMap(({ entry }, i) => {
    const blank = i > 0 && entry.key.spaceBefore ? [''] : [];
    return [
      ...blank,
      ...commentLines(entry.key.commentBefore, at.depth),
      ...entryLines(entry, {
        ...at,
        place: 'other',
        key: at.place === 'document' ? `.${keyOf(entry)}` : keyOf(entry),
      }),
    ];
  });
}

const STEP_MARKS = [
  'approve',
  'check',
  'sequence',
  'parallel',
  'choose',
  'generate',
  'use',
  'otherwise',
  'pass',
  'steps',
];

function entryLines(entry: Entry, at: At): string[] {
  const { value } = entry;
  const name = (entry.key as Scalar).value;
  const head = `${pad(at.depth)}${typeof name === 'string' ? textOf(name, true) : keyOf(entry)}:`;
  if (value === null) return [head];
  // A comment on the key's own line belongs to the parser to what follows it.
  const rest = at.source.slice(entry.key.range[1], endOfLine(at.source, entry.key.range[1]));
  const written = value.commentBefore ?? null;
  const onKey = written !== null && /^\s*:\s*#/.test(rest) ? (written.split('\n')[0] ?? '') : null;
  const inner = onKey === null ? written : written?.slice(onKey.length + 1).replace(/^\n+/, '') || null;
  if (!isMap(value) && !isSeq(value)) {
    const scalar = isScalar(value) ? value : null;
    const lines = blockOf(scalar);
    const above = commentLines(written, at.depth);
    if (lines)
      return [
        ...above,
        ...withComment(`${head} ${lines.head}`, value.comment, at.depth),
        ...lines.lines.map((line) => (line === '' ? '' : `${pad(at.depth + 1)}${line}`)),
      ];
    return [
      ...above,
      ...withComment(`${head} ${scalarOf(scalar, false)}`.trimEnd(), value.comment, at.depth),
    ];
  }
  const flowed = mayFlow(value, at.key) && inner === null && onKey === null ? flow(value) : null;
  const line = `${head} ${flowed}`;
  if (flowed !== null && line.length <= WIDTH) return withComment(line, value.comment, at.depth);
  if (value.items.length === 0)
    return [
      ...commentLines(written, at.depth),
      ...withComment(`${head} ${isMap(value) ? '{}' : '[]'}`, value.comment, at.depth),
    ];
  const below = { ...at, depth: at.depth + 1 };
  const { above, lines } = spread(value, below);
  const onLine = onKey ?? (above.length === 1 && inner === null ? value.comment : null);
  const before = onKey === null && onLine ? [] : above;
  return [...withComment(head, onLine, at.depth), ...commentLines(inner, at.depth + 1), ...before, ...lines];
}

const endOfLine = (source: string, from: number): number => {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
};

function listLines(list: YAMLSeq.Parsed, at: At): string[] {
  return (list.items as readonly Node[]).flatMap((item, i) => {
    const blank = i > 0 && item?.spaceBefore ? [''] : [];
    const above = [...blank, ...commentLines(item?.commentBefore, at.depth)];
    const dash = `${pad(at.depth)}- `;
    if (item === null || (!isMap(item) && !isSeq(item))) {
      const scalar = isScalar(item) ? item : null;
      return [...above, ...withComment((dash + scalarOf(scalar, false)).trimEnd(), item?.comment, at.depth)];
    }
    // One key needs no braces: `- never: [requester]`.
    const isSpread = STEPS.has(at.key.replace('.', '')) || (isMap(item) && item.items.length === 1);
    const flowed = isSpread ? null : flow(item);
    if (flowed !== null && dash.length + flowed.length <= WIDTH)
      return [...above, ...withComment(dash + flowed, item.comment, at.depth)];
    if (item.items.length === 0)
      return [...above, ...withComment(`${dash}${isMap(item) ? '{}' : '[]'}`, item.comment, at.depth)];
    const { above: behind, lines } = spread(item, { ...at, key: '', depth: at.depth + 1 });
    const first = lines.findIndex((line) => line !== '' && !line.trimStart().startsWith('#'));
    // A comment before the first key of an item has no place behind the dash.
    const head = lines.slice(0, first).map((line) => line.slice(2));
    return [
      ...above,
      ...behind.map((line) => line.slice(2)),
      ...head,
      dash + (lines[first] ?? '').slice(dash.length),
      ...lines.slice(first + 1),
    ];
  });
}

/** Steps, and what the document lists by name, are spread over lines whatever their size. */
function mayFlow(value: ParsedNode, key: string): boolean {
  if (key.startsWith('.') && SPREAD.has(key.slice(1))) return false;
  if (STEPS.has(key.replace('.', '')))
    return isMap(value) && !STEP_MARKS.some((mark) => value.has(mark) && mark !== 'pass');
  return true;
}
