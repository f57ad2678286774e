import type { Command } from './command.ts';
import { table } from './text.ts';
import { version } from './version.ts';

const shown = (parameters: readonly string[]): string =>
  parameters.map((parameter) => parameter.replace(/[<>]/g, '').toUpperCase()).join(' ');

/** The list of commands, or of those of one group. */
export function help(commands: readonly Command[], group: string | null): string {
  const listed = commands.filter(({ name }) => group === null || name.startsWith(`${group} `));
  const rows = listed.map(({ name, parameters, summary }) => [
    `${name} ${shown(parameters)}`.trim(),
    summary,
  ]);
  return `countersign ${version}

Route, decide, sign, prove, write back, explain.

Usage:
  countersign <command> [flags]

Commands:
${table(rows, '  ')}

Each command has --help, and --json where it answers something.
Where the server is: --url or COUNTERSIGN_URL; who asks: --key or COUNTERSIGN_KEY.
Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no answer, 4 not verified, 130 stopped by Ctrl-C.
`;
}
