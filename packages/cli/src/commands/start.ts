import { once } from 'node:events';
import { command } from '../kit/command.ts';
import { UsageError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit.ts';
import { npmGone } from '../kit/npm.ts';

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`--port takes a whole number from 0 to 65535, not ${text}.`);
  return Number(text);
}

export const start = command({
  name: 'start',
  summary: 'Start a server with its own PostgreSQL and a sandbox',
  about:
    'On an empty database it makes a sandbox with sample people, definitions and one open request, and leaves its key in <data>/sandbox-key. Everything else is set by the environment: docs/reference/settings.md.',
  stoppable: true,
  flags: {
    port: { type: portOf, placeholder: '<n>', description: 'Default 8080; 0 takes a free one' },
    data: {
      type: String,
      placeholder: '<dir>',
      description: 'What it keeps on disk; default ./.countersign',
    },
    empty: { type: Boolean, description: 'A new sandbox without samples' },
    seed: {
      type: String,
      placeholder: '<text>',
      description: 'A new sandbox whose ids follow from this: same calls, same log',
    },
    clock: {
      type: String,
      placeholder: '<time>',
      description: 'A new sandbox whose clock stands there (RFC 3339)',
    },
  },
  async run({ flags, io, output }) {
    const orphaned = npmGone(io.env);
    if (flags.clock !== undefined && Number.isNaN(Date.parse(flags.clock)))
      throw new UsageError(`${flags.clock} is not a time such as 2026-01-31T09:00:00Z.`);
    // Loaded here only: no other command needs the server's code.
    const { readSettings, SettingsError, startServer, welcome } = await import('@countersign/server');
    const read = () => {
      try {
        return readSettings({
          COUNTERSIGN_LOG_LEVEL: 'warn',
          ...io.env,
          ...(flags.port === undefined ? {} : { COUNTERSIGN_PORT: String(flags.port) }),
          ...(flags.data === undefined ? {} : { COUNTERSIGN_DATA: flags.data }),
        });
      } catch (error) {
        if (error instanceof SettingsError) throw new UsageError(error.message);
        throw error;
      }
    };
    const { settings, warnings } = read();
    for (const warning of warnings) output.note(warning);
    output.note('Starting …');
    const server = await startServer({
      settings,
      sandbox: { seed: flags.seed ?? null, clock: flags.clock ?? null, empty: flags.empty === true },
    });
    const { url, sandbox } = server;
    const keyFile = sandbox?.keyFile ?? null;
    const forNew = [flags.empty === true, flags.seed !== undefined, flags.clock !== undefined];
    if (forNew.includes(true) && sandbox?.fresh !== true)
      output.note(
        'There is a sandbox here already: --empty, --seed and --clock are for a new one and did nothing. --data <dir> names another directory.',
      );
    output.result({ url, keyFile, environment: sandbox?.environment ?? null }, () => welcome(server));
    if (!io.signal.aborted)
      await Promise.race([once(io.signal, 'abort'), ...(orphaned === null ? [] : [orphaned()])]);
    output.note('Stopping …');
    return (await server.stop('asked to')) ? EXIT.ok : EXIT.refused;
  },
});
