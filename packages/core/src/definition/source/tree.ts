import type { Position } from '../problem.ts';

/** A YAML or JSON document as it stands in the source, with positions and unrounded numbers. */
export type Source = SourceMap | SourceList | SourceScalar;

export type SourceMap = { readonly is: 'map'; readonly at: Position; readonly entries: readonly Entry[] };
export type Entry = { readonly key: string; readonly at: Position; readonly value: Source };
export type SourceList = { readonly is: 'list'; readonly at: Position; readonly items: readonly Source[] };

export type SourceScalar = {
  readonly is: 'text' | 'number' | 'boolean' | 'null';
  readonly at: Position;
  /** As written, after unescaping; numbers keep their digits (`0.10`), so nothing is rounded. */
  readonly text: string;
  /** Position of the text's first character (after a quote); null if it stands folded or escaped in the source. */
  readonly textAt: Position | null;
  /** Written without quotes in YAML. */
  readonly bare: boolean;
};

/** A message says what, why and what to do; the reader adds the path. */
export type SourceProblem = {
  readonly code: 'syntax' | 'too-large' | 'alias' | 'tag' | 'duplicate-key';
  readonly message: string;
  readonly at: Position;
};

export type SourceResult =
  | { readonly ok: true; readonly root: Source }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** Bounds on any document that people write; measured far above real definitions. */
export const BOUNDS = { characters: 256 * 1024, depth: 64, nodes: 50_000 };

/** Finds line and column by binary search over the offsets at which lines start. */
export function lineFinder(source: string): (offset: number) => Position {
  const starts = [0];
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
