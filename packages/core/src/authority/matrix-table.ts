import type { Position } from '../definition/problem.ts';

export type TableCell = { readonly text: string; readonly at: Position };
export type Table = { readonly header: readonly TableCell[]; readonly rows: readonly TableRow[] };
export type TableRow = { readonly at: Position; readonly cells: readonly TableCell[] };

/** Splits a Markdown pipe table into cells; lines that are none are passed over. `first` is the line it starts at. */
export function readMarkdown(text: string, first: number): Table | undefined {
  const rows: TableRow[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (!trimmed.startsWith('|')) continue;
    const isRule = /^\|[\s:|-]+\|?$/.test(trimmed) && trimmed.includes('-');
    if (isRule) continue;
    const from = line.indexOf('|') + 1;
    const end = trimmed.length > 1 && trimmed.endsWith('|') ? line.lastIndexOf('|') : line.length;
    const cells: TableCell[] = [];
    let column = from;
    for (const part of line.slice(from, end).split('|')) {
      const lead = part.length - part.trimStart().length;
      cells.push({ text: part.trim(), at: { line: first + i, column: column + lead + 1 } });
      column += part.length + 1;
    }
    rows.push({ at: { line: first + i, column: from }, cells });
  }
  const [header, ...body] = rows;
  return header && { header: header.cells, rows: body };
}

/** Splits CSV (RFC 4180; comma or semicolon, as the header has it) into cells. Undefined for an unclosed quote. */
export function readCsv(text: string, first: number): Table | undefined {
  const separator = (text.split('\n')[0] ?? '').includes(';') ? ';' : ',';
  const rows: TableRow[] = [];
  let cells: TableCell[] = [];
  let line = first;
  let lineStart = 0;
  let i = 0;
  const endRow = (): void => {
    const [only, second] = cells;
    if (only && (second || only.text !== '')) rows.push({ at: { line: only.at.line, column: 1 }, cells });
    cells = [];
  };
  while (i <= text.length) {
    const at = { line, column: i - lineStart + 1 };
    let value = '';
    if (text[i] === '"') {
      const close = /"((?:[^"]|"")*)"/y;
      close.lastIndex = i;
      const match = close.exec(text);
      if (!match) return undefined;
      value = (match[1] ?? '').replaceAll('""', '"');
      line += value.split('\n').length - 1;
      i += match[0].length;
    }
    let rest = '';
    while (i < text.length && text[i] !== separator && text[i] !== '\n') {
      rest += text[i];
      i += 1;
    }
    cells.push({ text: (value + rest).trim(), at });
    if (text[i] !== separator) {
      endRow();
      line += 1;
      lineStart = i + 1;
    }
    i += 1;
  }
  const [header, ...body] = rows;
  return header && { header: header.cells, rows: body };
}
