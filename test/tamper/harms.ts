import type { Base } from './base.ts';
import type { Scene } from './world.ts';

/** What whoever has the machine can do to the log by SQL; every constraint is theirs too. */
export function harmsOf({ environment: env, other }: Base) {
  /** The bytes of a leaf replaced, and the hash beside them made right: the table demands that. */
  const rewriteLeaf = async (scene: Scene, seq: number, from: string, to: string): Promise<void> => {
    await scene.sql(
      `with changed as (select convert_to(replace(convert_from(leaf, 'UTF8'), $3, $4), 'UTF8') as leaf
                          from countersign.entry where environment_id = $1 and seq = $2)
       update countersign.entry e set leaf = c.leaf, leaf_hash = sha256('\\x00'::bytea || c.leaf)
         from changed c where environment_id = $1 and seq = $2`,
      [env, seq, from, to],
    );
  };
  /** Whoever changes entries may throw the tree and the checkpoints away, for the server to make them anew. */
  const forget = async (scene: Scene): Promise<void> => {
    await scene.sql('delete from countersign.tile where environment_id = $1', [env]);
    await scene.sql('delete from countersign.checkpoint where environment_id = $1', [env]);
  };
  const remove = (scene: Scene, seq: number): Promise<void> =>
    scene.sql('delete from countersign.entry where environment_id = $1 and seq = $2', [env, seq]);
  const cut = async (scene: Scene, after: number): Promise<void> => {
    await scene.sql('delete from countersign.entry where environment_id = $1 and seq > $2', [env, after]);
    await scene.sql('update countersign.head set seq = $2 where environment_id = $1', [env, after]);
  };
  /** Every constraint goes first: they are the machine's too. */
  const swap = async (scene: Scene, a: number, b: number): Promise<void> => {
    const move = 'update countersign.entry set seq = $3 where environment_id = $1 and seq = $2';
    await scene.sql(move, [env, a, 1_000_000]);
    await scene.sql(move, [env, b, a]);
    await scene.sql(move, [env, 1_000_000, b]);
  };

  /** A row of one entry moves to another place, its constraints gone. */
  const shift = async (scene: Scene, from: number, by: 1 | -1): Promise<void> => {
    await scene.sql('alter table countersign.entry drop constraint entry_pkey');
    await scene.sql('update countersign.entry set seq = seq + $3 where environment_id = $1 and seq >= $2', [
      env,
      from,
      by,
    ]);
    await scene.sql('update countersign.head set seq = seq + $2 where environment_id = $1', [env, by]);
  };
  const copyEntry = async (scene: Scene, from: number, to: number): Promise<void> => {
    await scene.sql(
      'alter table countersign.entry drop constraint entry_stream_version, drop constraint entry_command',
    );
    await scene.sql(
      `insert into countersign.entry
       select environment_id, $3, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash
         from countersign.entry where environment_id = $1 and seq = $2 limit 1`,
      [env, from, to],
    );
    await scene.sql('update countersign.head set seq = greatest(seq, $2) where environment_id = $1', [
      env,
      to,
    ]);
  };
  /** The entries of both environments at one place. */
  const exchange = (scene: Scene, seq: number): Promise<void> =>
    scene.sql(
      `update countersign.entry e set leaf = o.leaf, leaf_hash = o.leaf_hash from countersign.entry o
        where e.seq = $2 and o.seq = $2 and e.environment_id = any ($1) and o.environment_id = any ($1)
          and e.environment_id <> o.environment_id`,
      [[env, other], seq],
    );

  return { rewriteLeaf, forget, remove, cut, swap, shift, copyEntry, exchange };
}
