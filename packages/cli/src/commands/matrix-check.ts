import { type MatrixOptions, parseMatrix } from '@countersign/core';
import { command } from '../kit/command.ts';
import { EXIT } from '../kit/exit.ts';
import { readText } from '../kit/files.ts';
import { clean, count } from '../kit/text.ts';

/** A Markdown table is told by its first characters; CSV by the file's name alone. */
const formatOf = (file: string): MatrixOptions =>
  file.endsWith('.csv') ? { format: 'csv' } : file.endsWith('.json') ? { format: 'json' } : {};

export const matrixCheck = command({
  name: 'matrix check',
  summary: 'Check an authority matrix, without a server',
  about:
    'Says with line and column what stands against publishing it, and warns about gaps, overlaps whose order decides, and rows that never decide. Reads YAML, JSON, Markdown tables and CSV.',
  parameters: ['<file>'],
  flags: {},
  examples: ['countersign matrix check spend.yaml'],
  async run({ args, output }) {
    // A date that the text leaves out is the time of publication, and nothing depends on it here.
    const now = new Date(0).toISOString();
    const parsed = parseMatrix(readText(args.file), { ...formatOf(args.file), now });
    const errors = parsed.ok ? [] : parsed.problems.map((one) => ({ level: 'error' as const, ...one }));
    const warnings = parsed.ok ? parsed.warnings.map((one) => ({ level: 'warning' as const, ...one })) : [];
    const findings = [...errors, ...warnings].sort((a, b) => a.line - b.line || a.column - b.column);
    output.result({ ok: parsed.ok, file: args.file, findings }, (paint) => {
      const lines = findings.map(({ level, line, column, code, message }) => {
        const label = level === 'error' ? paint.red('error') : paint.yellow('warning');
        return `${clean(args.file)}:${line}:${column} ${label} ${clean(message)} ${paint.dim(`(${code})`)}`;
      });
      const verdict = parsed.ok
        ? `${paint.green('✓')} ${clean(args.file)} may be published: ${count(parsed.matrix.rows.length, 'row')}, ${count(warnings.length, 'warning')}.`
        : `${paint.red('✗')} ${clean(args.file)} cannot be published: ${count(errors.length, 'error')}.`;
      return [...lines, verdict].join('\n');
    });
    return parsed.ok ? EXIT.ok : EXIT.refused;
  },
});
