import { type Statement, within } from './statement.ts';

/** Entries, streams and definitions. */
export const streams: readonly Statement[] = [
  {
    begins: 'select version, last_hash, last_at, schema, state::text as state from countersign.stream',
    run: (session, [id, stream, kind]) =>
      within(session, id, ({ streams: own }) => {
        const mixed = session.slips.has('environments-mixed');
        const all = mixed ? [...session.tables.environments.values()] : [];
        const others = all.flatMap((each) => each.streams.get(String(stream)) ?? []);
        const behind = session.slips.has('reads-behind') ? session.tables.environments.get(String(id)) : null;
        const row = behind?.streamsBefore.get(String(stream)) ?? own.get(String(stream)) ?? others[0];
        return row !== undefined && row.kind === kind ? [row] : [];
      }),
  },
  {
    begins: 'select state from countersign.stream',
    run: (session, [id, stream]) =>
      within(session, id, ({ streams: own }) => {
        const row = own.get(String(stream));
        return row === undefined ? [] : [{ state: JSON.parse(row.state) }];
      }),
  },
  {
    begins: 'select stream_id, state from countersign.stream',
    has: ['stream_id = any($2)'],
    run: (session, [id, streams]) =>
      within(session, id, ({ streams: own }) =>
        (streams as string[]).flatMap((stream) => {
          const row = own.get(stream);
          return row === undefined ? [] : [{ stream_id: stream, state: JSON.parse(row.state) }];
        }),
      ),
  },
  {
    begins: 'select leaf from countersign.entry',
    has: ['version <= $3', 'order by version'],
    run: (session, [id, stream, version]) =>
      within(session, id, ({ entries }) =>
        entries
          .filter((row) => row.stream_id === stream && row.version <= Number(version))
          .sort((a, b) => a.version - b.version),
      ),
  },
  {
    begins: 'select command_id from countersign.entry',
    run: (session, [id, commands]) =>
      within(session, id, (environment) =>
        (commands as string[]).flatMap((command) => environment.commands.get(command) ?? []),
      ),
  },
  {
    begins: 'select definition, version, digest, canonical from countersign.definition_version',
    has: ['digest = $2', 'order by version desc limit 1'],
    run: (session, [id, digest]) =>
      within(session, id, ({ definitions }) =>
        definitions
          .filter((row) => row.digest === digest)
          .sort((a, b) => b.version - a.version)
          .slice(0, 1),
      ),
  },
];
