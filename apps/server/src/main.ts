import { parseArgs } from 'node:util';
import { readSettings, startServer, stopOnSignals, welcome } from './index.ts';
import { createLogger } from './platform/index.ts';

/** The process of an api or worker container; people start it with `countersign start`. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    clock: { type: 'string' },
    empty: { type: 'boolean', default: false },
  },
});

try {
  const { settings, warnings } = readSettings(process.env);
  const log = createLogger({ level: settings.logLevel });
  for (const warning of warnings) log.warn(warning);
  const server = await startServer({
    settings,
    log,
    sandbox: { seed: values.seed ?? null, clock: values.clock ?? null, empty: values.empty },
  });
  stopOnSignals({ add: () => undefined, stop: (reason) => server.stop(reason) }, (code) =>
    process.exit(code),
  );
  process.stderr.write(welcome(server));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
