import type { Base } from './base.ts';
import { type Case, whole } from './case.ts';
import { harmsOf } from './harms.ts';

/**
 * Where the tree or the head do not fit the entries, nothing more is signed: the export ends with what was, and a
 * receipt for a later entry is told that it is not covered. What stands behind the log can be made anew from it.
 */
export function entryCases(base: Base): readonly Case[] {
  const { environment: env, victim, next, lone, last, signed } = base;
  const { rewriteLeaf, forget, remove, cut, swap, shift, copyEntry, exchange } = harmsOf(base);
  return [
    {
      table: 'none',
      harm: 'nothing',
      by: async () => undefined,
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'entry',
      harm: 'a signed entry is changed',
      by: (scene) => rewriteLeaf(scene, victim, 'usr_', 'usr-'),
      starts: 'serves',
      alone: `entry_altered@${victim}`,
      withCheckpoint: `entry_altered@${victim}`,
      withReceipts: `entry_altered@${victim}`,
    },
    {
      table: 'entry',
      harm: 'a signed entry is changed, and the tree and the checkpoints are thrown away',
      by: async (scene) => {
        await rewriteLeaf(scene, victim, 'usr_', 'usr-');
        await forget(scene);
      },
      starts: 'log-rewritten',
      alone: `not_reproduced@${victim}`,
      withCheckpoint: `not_reproduced@${victim}`,
      withReceipts: `receipt_mismatch@${victim}`,
    },
    {
      table: 'entry',
      harm: 'the last entry of a stream is changed, and the tree and the checkpoints are thrown away',
      by: async (scene) => {
        await rewriteLeaf(scene, lone, 'approve', 'reject');
        await forget(scene);
      },
      starts: 'log-rewritten',
      alone: `root_mismatch@1-${signed.size}`,
      withCheckpoint: `root_mismatch@1-${signed.size}`,
      withReceipts: `receipt_mismatch@${lone}`,
    },
    {
      table: 'entry',
      harm: 'an entry that no checkpoint covers is changed',
      by: (scene) => rewriteLeaf(scene, last, 'thing', 'other'),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_mismatch@${last}`,
    },
    {
      table: 'entry',
      harm: 'a signed entry is made unreadable',
      by: (scene) => rewriteLeaf(scene, victim, '{"command"', '{ "command"'),
      starts: 'serves',
      alone: `not_canonical@${victim}`,
      withCheckpoint: `not_canonical@${victim}`,
      withReceipts: `not_canonical@${victim}`,
    },
    {
      table: 'entry',
      harm: 'a signed entry is deleted',
      by: (scene) => remove(scene, victim),
      starts: 'serves',
      alone: `seq_not_dense@${victim}`,
      withCheckpoint: `seq_not_dense@${victim}`,
      withReceipts: `seq_not_dense@${victim}`,
    },
    {
      table: 'entry',
      harm: 'the first entry is deleted',
      by: (scene) => remove(scene, 1),
      starts: 'serves',
      alone: 'seq_not_dense@1',
      withCheckpoint: 'seq_not_dense@1',
      withReceipts: 'seq_not_dense@1',
    },
    {
      table: 'entry',
      harm: 'a signed entry is deleted, and the tree and the checkpoints are thrown away',
      by: async (scene) => {
        await remove(scene, victim);
        await forget(scene);
      },
      starts: 'log-cut-short',
      alone: `seq_not_dense@${victim}`,
      withCheckpoint: `seq_not_dense@${victim}`,
      withReceipts: `seq_not_dense@${victim}`,
    },
    {
      table: 'entry',
      harm: 'a signed entry is deleted, all after it move up, and the tree and the checkpoints are thrown away',
      by: async (scene) => {
        await remove(scene, victim);
        await shift(scene, victim, -1);
        await forget(scene);
      },
      starts: 'log-rewritten',
      alone: `stream_version_not_dense@${next - 1}`,
      withCheckpoint: `stream_version_not_dense@${next - 1}`,
      withReceipts: `receipt_mismatch@${victim}`,
    },
    {
      table: 'entry',
      harm: 'an entry that no checkpoint covers is deleted',
      by: (scene) => remove(scene, last),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_not_covered@${signed.size + 1}`,
    },
    {
      table: 'entry',
      harm: 'an entry that no checkpoint covers is deleted, and the head is put back',
      by: (scene) => cut(scene, last - 1),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_not_covered@${last}`,
    },
    {
      table: 'entry',
      harm: 'an entry that no checkpoint covers is deleted, and another is written in its place',
      by: async (scene) => {
        await cut(scene, last - 1);
        await scene.sql(
          'update countersign.stream s set version = e.version, last_hash = e.leaf_hash from (select stream_id, max(version) as version, (array_agg(leaf_hash order by version desc))[1] as leaf_hash from countersign.entry where environment_id = $1 group by 1) e where s.environment_id = $1 and s.stream_id = e.stream_id',
          [env],
        );
        await scene.world.append(env, 'environment/note-1');
      },
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_mismatch@${last}`,
    },
    {
      table: 'entry',
      harm: 'a copy of an entry is inserted at the end',
      by: (scene) => copyEntry(scene, victim, last + 1),
      starts: 'serves',
      alone: `stream_version_not_dense@${last + 1}`,
      withCheckpoint: `stream_version_not_dense@${last + 1}`,
      withReceipts: `stream_version_not_dense@${last + 1}`,
    },
    {
      table: 'entry',
      harm: 'a copy of an entry is inserted in the middle',
      by: async (scene) => {
        await shift(scene, next, 1);
        await copyEntry(scene, victim, next);
      },
      starts: 'serves',
      alone: `entry_altered@${next}`,
      withCheckpoint: `entry_altered@${next}`,
      withReceipts: `entry_altered@${next}`,
    },
    {
      table: 'entry',
      harm: 'two entries change places',
      by: (scene) => swap(scene, victim, next),
      starts: 'serves',
      alone: `entry_altered@${victim}`,
      withCheckpoint: `entry_altered@${victim}`,
      withReceipts: `entry_altered@${victim}`,
    },
    {
      table: 'entry',
      harm: 'two entries change places, and the tree and the checkpoints are thrown away',
      by: async (scene) => {
        await swap(scene, victim, next);
        await forget(scene);
      },
      starts: 'log-rewritten',
      alone: `stream_version_not_dense@${victim}`,
      withCheckpoint: `stream_version_not_dense@${victim}`,
      withReceipts: `stream_version_not_dense@${victim}`,
    },
    {
      table: 'entry',
      harm: 'two environments change rows',
      by: (scene) => exchange(scene, lone),
      starts: 'serves',
      alone: `entry_altered@${lone}`,
      withCheckpoint: `entry_altered@${lone}`,
      withReceipts: `entry_altered@${lone}`,
    },
    {
      table: 'entry',
      harm: 'two environments change rows, and the tree and the checkpoints are thrown away',
      by: async (scene) => {
        await exchange(scene, lone);
        await forget(scene);
      },
      starts: 'log-rewritten',
      alone: `wrong_environment@${lone}`,
      withCheckpoint: `wrong_environment@${lone}`,
      withReceipts: `wrong_environment@${lone}`,
    },
    {
      table: 'entry',
      harm: 'all entries after one are deleted',
      by: async (scene) => {
        await scene.sql('delete from countersign.entry where environment_id = $1 and seq > $2', [env, next]);
      },
      starts: 'serves',
      alone: `seq_not_dense@${next + 1}`,
      withCheckpoint: `seq_not_dense@${next + 1}`,
      withReceipts: `seq_not_dense@${next + 1}`,
    },
    {
      table: 'entry',
      harm: 'all entries after one are deleted, and the head is put back',
      by: (scene) => cut(scene, next),
      starts: 'log-behind',
      alone: `seq_not_dense@${next + 1}`,
      withCheckpoint: `seq_not_dense@${next + 1}`,
      withReceipts: `seq_not_dense@${next + 1}`,
    },
    {
      table: 'entry',
      harm: 'the table is truncated',
      by: (scene) => scene.sql('truncate countersign.entry'),
      starts: 'serves',
      alone: 'seq_not_dense@1',
      withCheckpoint: 'seq_not_dense@1',
      withReceipts: 'seq_not_dense@1',
    },
  ];
}
