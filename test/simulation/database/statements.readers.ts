import { type Statement, standing, within } from './statement.ts';
import { type EntryRow, type Environment, name } from './tables.ts';

/** A page of the log, of what a reader wants. */
const page = (own: string, streams: string, wants: (row: EntryRow) => boolean): Statement => ({
  begins: 'select seq, stream_id, version, leaf, leaf_hash from (select e.*',
  has: [`seq <= $3 and ${own} order by`, `where ${streams}`],
  run: (session, [id, after, to, rows, bytes]) =>
    within(session, id, ({ entries }) => {
      const found = entries
        .filter((row) => row.seq > Number(after) && row.seq <= Number(to) && wants(row))
        .sort((a, b) => a.seq - b.seq)
        .slice(0, Number(rows));
      let before = 0;
      return found.filter((row) => {
        const fits = before < Number(bytes);
        before += row.leaf.length;
        return fits;
      });
    }),
});

/** The environment's time, ms, given the wall clock's. */
function clockOf({ clock_mode, clock_at, clock_offset_ms }: Environment, wall: number): number {
  return clock_mode === 'frozen' && clock_at !== null ? clock_at.getTime() : wall + (clock_offset_ms ?? 0);
}

/** The log's readers and the timers. */
export const readers: readonly Statement[] = [
  {
    begins: 'select * from countersign.unread($1)',
    run: ({ tables }, [reader]) =>
      [...tables.environments.values()]
        .map(({ environment_id, head, positions }) => ({
          environment_id,
          seq: head.seq,
          position: positions.get(String(reader)) ?? 0,
        }))
        .filter((row) => row.seq > row.position)
        .sort((a, b) => (a.environment_id < b.environment_id ? -1 : 1)),
  },
  {
    begins: 'select coalesce(p.seq, 0) as after, h.seq as to from countersign.head',
    run: (session, [id, reader]) =>
      within(session, id, ({ head, positions }) => [
        { after: positions.get(String(reader)) ?? 0, to: head.seq },
      ]),
  },
  page('true', 'true limit', () => true),
  page('false', 'true limit', () => false),
  page('authority', 'true limit', (row) => row.authority),
  page(
    'true',
    "stream_id >= 'req_'",
    (row) => row.stream_id.startsWith('req_') && (row.version === 1 || row.leaf.includes('request.revised')),
  ),
  {
    begins: 'select countersign.advance_reader($1, $2, $3)',
    run: (session, [id, reader, seq]) => {
      const { positions } = standing(session, id);
      const to = Number(seq) + (session.slips.has('positions-ahead') ? 1 : 0);
      positions.set(String(reader), Math.max(positions.get(String(reader)) ?? 0, to));
      return [];
    },
  },
  {
    begins: 'select countersign.set_aside($1, $2, $3, $4)',
    run: (session, [id, reader, seq, error]) => {
      standing(session, id).poison.set(name(String(reader), Number(seq)), String(error));
      return [];
    },
  },
  {
    begins: 'select countersign.index_words($1, $2, $3, $4)',
    run: (session, [id, streams, owners, found]) => {
      const { words } = standing(session, id);
      (streams as string[]).forEach((stream, i) => {
        const own = (found as string[]).filter((_, at) => (owners as number[])[at] === i + 1);
        words.set(stream, [...new Set(own)].sort());
      });
      return [];
    },
  },
  {
    begins: 'select * from countersign.due_timers($1)',
    run: ({ tables, wall }, [limit]) =>
      [...tables.environments.values()]
        .flatMap((environment) =>
          [...environment.timers.values()]
            .filter(({ due }) => due.getTime() <= clockOf(environment, wall))
            .map((row) => ({ environment_id: environment.environment_id, ...row })),
        )
        .sort((a, b) => a.due.getTime() - b.due.getTime())
        .slice(0, Number(limit)),
  },
];
