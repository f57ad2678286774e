import { openPool } from '../../db/pool.ts';
import { reader } from '../../db/read.ts';
import { runReaders } from './index.ts';

/** Handles entries, says so, and is killed before their position is kept. */
const [url = '', environment = ''] = process.argv.slice(2);
const pool = openPool({ url, max: 4, applicationName: 'child', onError: () => undefined });
runReaders({
  pool,
  reader: reader(pool),
  subscriptions: [
    {
      name: 'killed',
      wants: 'all',
      async handle(where, entries) {
        if (where !== environment) return;
        await new Promise((resolve) =>
          process.send?.(
            entries.map(({ seq }) => seq),
            resolve,
          ),
        );
        process.kill(process.pid, 'SIGKILL');
      },
    },
  ],
  onEvent: () => undefined,
});
