import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type Scalar } from 'yaml';
import { rankOf } from './order.ts';
import { blockOf, scalarOf, textOf } from './scalar.ts';

export type Node = ParsedNode | null;
export type Entry = Pair<ParsedNode, Node>;

export const keyOf = (entry: Entry): string =>
  String((entry.key as Scalar).source ?? (entry.key as Scalar).value);

/** In braces or brackets on one line, or null where a comment or a text of several lines is inside. */
export function flow(node: Node): string | null {
  if (node === null) return 'null';
  if (isMap(node)) {
    const entries = node.items as unknown as readonly Entry[];
    const keys = entries.map(keyOf);
    const rank = rankOf('other', keys);
    const sorted = entries
      .map((entry, i) => ({ entry, i }))
      .sort((a, b) => rank(keys[a.i] ?? '') - rank(keys[b.i] ?? '') || a.i - b.i);
    const parts = sorted.map(({ entry: { key, value } }) => {
      const inside = flow(value);
      const name = (key as Scalar).value;
      const bare = !key.commentBefore && !key.comment && !value?.commentBefore && !value?.comment;
      return inside !== null && bare
        ? `${typeof name === 'string' ? textOf(name, true) : keyOf({ key, value } as Entry)}: ${inside}`
        : null;
    });
    return parts.includes(null) ? null : parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  }
  if (isSeq(node)) {
    const parts = (node.items as readonly Node[]).map((item) =>
      item?.commentBefore || item?.comment ? null : flow(item),
    );
    return parts.includes(null) ? null : `[${parts.join(', ')}]`;
  }
  const scalar = isScalar(node) ? node : null;
  return blockOf(scalar) ? null : scalarOf(scalar, true);
}
