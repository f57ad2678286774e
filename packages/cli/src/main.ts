import { commands } from './commands/index.ts';
import { reportError, UsageError } from './kit/errors.ts';
import { EXIT, type ExitCode } from './kit/exit.ts';
import { help } from './kit/help.ts';
import type { Io } from './kit/io.ts';
import { version } from './kit/version.ts';

const commandOf = ([first = '', second = '']: readonly string[]) =>
  commands.find(({ name }) => name === first || name === `${first} ${second}`);

/** Runs what was typed. Where a command can stop in order, the first Ctrl-C asks it to; the second ends it at once. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const stop = new AbortController();
  const ask = (): void => {
    if (stop.signal.aborted || commandOf(argv)?.stoppable !== true) process.exit(EXIT.interrupted);
    stop.abort();
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.refused);
  });
  const { env, stdout, stderr } = process;
  return dispatch(argv, { env, stdout, stderr, signal: stop.signal });
}

/** The same in any surroundings. */
export async function dispatch(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await run(argv, io);
  } catch (error) {
    return reportError(error, io, argv.includes('--json'));
  }
}

async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const [first = '', second = ''] = argv;
  if (first === '--version') {
    io.stdout.write(`${version}\n`);
    return EXIT.ok;
  }
  const found = commandOf(argv);
  if (found !== undefined) return found.run(argv.slice(found.name.split(' ').length), io);
  const group = commands.some(({ name }) => name.startsWith(`${first} `)) ? first : null;
  const asked = argv.length === 0 || argv.includes('--help') || argv.includes('-h');
  if (!asked && group === null)
    throw new UsageError(`There is no command ${first}. See \`countersign --help\`.`);
  if (!asked && second !== '')
    throw new UsageError(`There is no command ${first} ${second}. See \`countersign ${first} --help\`.`);
  (asked ? io.stdout : io.stderr).write(help(commands, group));
  return asked ? EXIT.ok : EXIT.usage;
}
