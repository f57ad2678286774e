import { checkDefinition, type Definition, parseDefinition } from '@countersign/core';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { EXIT } from '../kit/exit.ts';
import { formatOf, readText } from '../kit/files.ts';
import type { Paint } from '../kit/io.ts';
import { partFlags, partsFrom, resolveGiven } from '../kit/parts.ts';
import { clean, count, table } from '../kit/text.ts';

type Finding = {
  readonly level: 'error' | 'warning';
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly code: string;
  readonly message: string;
};

export const definitionCheck = command({
  name: 'definition check',
  summary: 'Check a definition, without a server',
  about:
    'Says with line and column what stands against publishing it. With --server the server is asked too: it knows which people, groups, roles and matrices exist.',
  parameters: ['<file>'],
  flags: {
    server: { type: Boolean, description: 'Ask the server as well' },
    ...partFlags,
    ...connectionFlags,
  },
  examples: ['countersign definition check purchase-order.yaml'],
  async run({ args, flags, io, output }) {
    const source = readText(args.file);
    const local = checkSource(source, formatOf(args.file), partsFrom(flags.part), flags.server === true);
    const server =
      flags.server === true
        ? (await connect(flags, io).checkDefinition({ body: { format: formatOf(args.file), source } })).data
        : null;
    const ok = local.findings.every(({ level }) => level !== 'error') && server?.ok !== false;
    output.result(
      { ok, file: args.file, digest: local.digest, findings: local.findings, server },
      (paint) => {
        const lines = local.findings.map((finding) => lineOf(args.file, finding, paint));
        const asked = server === null ? [] : serverLines(server, paint);
        const verdict = ok
          ? `${paint.green('✓')} ${clean(args.file)} may be published. Digest ${local.digest ?? server?.digest ?? ''}`
          : `${paint.red('✗')} ${clean(args.file)} cannot be published: ${count(errorsIn(local.findings) + (server?.errors.length ?? 0), 'error')}.`;
        return [...lines, ...asked, verdict].join('\n');
      },
    );
    return ok ? EXIT.ok : EXIT.refused;
  },
});

const errorsIn = (findings: readonly Finding[]): number =>
  findings.filter(({ level }) => level === 'error').length;

function checkSource(
  source: string,
  format: 'yaml' | 'json',
  parts: ReadonlyMap<string, Definition>,
  asked: boolean,
): { findings: readonly Finding[]; digest: string | null } {
  const parsed = parseDefinition(source, format);
  const at = (level: Finding['level']) => (problem: Omit<Finding, 'level'>) => ({ level, ...problem });
  if (!parsed.ok) return { findings: parsed.problems.map(at('error')), digest: null };
  const resolved = resolveGiven(parsed, parts);
  if (!resolved.ok) return { findings: resolved.problems.map(at('error')), digest: null };
  const { problems: found, warnings } = checkDefinition(resolved.definition, parsed.source);
  // Parts that are not at hand are for the server to look up, where it is asked.
  const problems = asked ? found.filter(({ code }) => code !== 'part-needed') : found;
  const findings = [
    ...problems.map(at('error')),
    ...[...parsed.warnings, ...warnings].map(at('warning')),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
  return { findings, digest: found.length === 0 ? resolved.digest : null };
}

/** `file:line:column`, which editors and terminals follow. */
function lineOf(file: string, finding: Finding, paint: Paint): string {
  const { level, line, column, code, message } = finding;
  const label = level === 'error' ? paint.red('error') : paint.yellow('warning');
  return `${clean(file)}:${line}:${column} ${label} ${clean(message)} ${paint.dim(`(${code})`)}`;
}

type ServerFindings = {
  readonly errors: readonly { readonly field: string; readonly code: string; readonly message: string }[];
  readonly warnings: readonly { readonly field: string; readonly code: string; readonly message: string }[];
};

function serverLines({ errors, warnings }: ServerFindings, paint: Paint): string[] {
  const rows = [
    ...errors.map((e) => [['error', paint.red] as const, e.field, `${e.message} (${e.code})`]),
    ...warnings.map((e) => [['warning', paint.yellow] as const, e.field, `${e.message} (${e.code})`]),
  ];
  return ['On the server:', rows.length === 0 ? '  no objection' : table(rows, '  ')];
}
