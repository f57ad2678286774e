/** What a terminal would obey rather than show: control characters but tab and newline, and marks that reorder text. */
const OBEYED = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text of others, made safe to print on a terminal. */
export const clean = (text: string): string => text.replace(OBEYED, '\u{fffd}');

const oneLine = (text: string): string => clean(text).replace(/[\t\n]+/g, ' ');

export type Painter = (text: string) => string;
/** Text, or text with its colour: widths are measured before painting. */
export type Cell = string | readonly [text: string, paint: Painter];

const textOf = (cell: Cell): string => oneLine(typeof cell === 'string' ? cell : cell[0]);

/** Columns aligned, two spaces apart; nothing stands after the last. */
export function table(rows: readonly (readonly Cell[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, textOf(cell).length);
  return rows
    .map((row) => {
      const cells = row.map((cell, i) => {
        const text = textOf(cell);
        const padded = i === row.length - 1 ? text : text.padEnd((widths[i] ?? 0) + 2);
        return typeof cell === 'string' ? padded : cell[1](padded);
      });
      return indent + cells.join('').trimEnd();
    })
    .join('\n');
}

/** `2026-01-31T09:00:00.000Z` as `2026-01-31 09:00`, in UTC. */
export const when = (instant: string | null): string =>
  instant === null ? '–' : `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** A field's value as people write it; a sealed one says so. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value === 'object' && value !== null) {
    if ('amount' in value && typeof value.amount === 'string' && 'currency' in value)
      return `${value.amount} ${value.currency}`;
    if ('sealed' in value) return 'erased' in value && value.erased === true ? '(erased)' : '(sealed)';
    const cells = Object.entries(value).map(([column, cell]) => `${column} ${valueText(cell)}`);
    return `(${cells.join(', ')})`;
  }
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
