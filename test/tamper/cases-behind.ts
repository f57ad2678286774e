import type { Base } from './base.ts';
import { type Case, whole } from './case.ts';

/** What stands behind the entries: the tree, the checkpoints, the head, the streams' tips. */
export function behindCases(base: Base): readonly Case[] {
  const { environment: env, other, victim, last, signed, early } = base;
  return [
    {
      table: 'tile',
      harm: 'a hash of the tree is changed',
      by: (scene) =>
        scene.sql(
          "update countersign.tile set hashes = overlay(hashes placing '\\x00000000'::bytea from $2) where environment_id = $1 and level = 0",
          [env, (victim - 1) * 32 + 1],
        ),
      starts: 'log-rewritten',
      alone: `hash_altered@${victim}`,
      withCheckpoint: `hash_altered@${victim}`,
      withReceipts: `hash_altered@${victim}`,
    },
    {
      table: 'tile',
      harm: 'the tree is deleted',
      by: (scene) => scene.sql('delete from countersign.tile where environment_id = $1', [env]),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'tile',
      harm: 'the tree is cut short',
      by: (scene) =>
        scene.sql(
          'update countersign.tile set width = $2::int, hashes = substring(hashes from 1 for $2::int * 32) where environment_id = $1 and level = 0',
          [env, victim],
        ),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'tile',
      harm: 'hashes of the tree change places',
      by: (scene) =>
        scene.sql(
          'update countersign.tile set hashes = substring(hashes from 33 for 32) || substring(hashes from 1 for 32) || substring(hashes from 65) where environment_id = $1 and level = 0',
          [env],
        ),
      starts: 'log-rewritten',
      alone: 'hash_altered@1',
      withCheckpoint: 'hash_altered@1',
      withReceipts: 'hash_altered@1',
    },
    {
      table: 'tile',
      harm: 'two environments change their trees',
      by: (scene) =>
        scene.sql(
          'update countersign.tile t set hashes = o.hashes, width = o.width from countersign.tile o where t.level = 0 and o.level = 0 and t.environment_id = any ($1) and o.environment_id = any ($1) and t.environment_id <> o.environment_id',
          [[env, other]],
        ),
      starts: 'log-rewritten',
      alone: 'hash_altered@1',
      withCheckpoint: 'hash_altered@1',
      withReceipts: 'hash_altered@1',
    },
    {
      table: 'tile',
      harm: 'the table is truncated',
      by: (scene) => scene.sql('truncate countersign.tile'),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'checkpoint',
      harm: 'the last checkpoint is changed',
      by: (scene) =>
        scene.sql(
          "update countersign.checkpoint set note = replace(note, E'\\n\\n', E'x\\n\\n'), root = sha256(root) where environment_id = $1 and size = $2",
          [env, signed.size],
        ),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'checkpoint',
      harm: 'the checkpoints are deleted',
      by: (scene) => scene.sql('delete from countersign.checkpoint where environment_id = $1', [env]),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'checkpoint',
      harm: 'one is inserted that nobody signed',
      by: (scene) =>
        scene.sql(
          'insert into countersign.checkpoint select environment_id, $2, sha256(root), note from countersign.checkpoint where environment_id = $1 and size = $3',
          [env, last, signed.size],
        ),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_not_covered@${signed.size + 1}`,
    },
    {
      table: 'checkpoint',
      harm: 'the older one stands in the place of the last',
      by: (scene) =>
        scene.sql(
          'update countersign.checkpoint c set note = o.note, root = o.root from countersign.checkpoint o where c.environment_id = $1 and c.size = $2 and o.environment_id = $1 and o.size = $3',
          [env, signed.size, early.size],
        ),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'checkpoint',
      harm: 'the table is truncated',
      by: (scene) => scene.sql('truncate countersign.checkpoint'),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: whole,
    },
    {
      table: 'head',
      harm: 'it is put back',
      by: (scene) =>
        scene.sql('update countersign.head set seq = $2 where environment_id = $1', [env, victim]),
      starts: 'log-behind',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_not_covered@${signed.size + 1}`,
    },
    {
      table: 'head',
      harm: 'it is put forward',
      by: (scene) => scene.sql('update countersign.head set seq = seq + 5 where environment_id = $1', [env]),
      starts: 'serves',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_not_covered@${signed.size + 1}`,
    },
    {
      table: 'head',
      harm: 'it is deleted',
      by: (scene) => scene.sql('delete from countersign.head where environment_id = $1', [env]),
      starts: 'log-missing',
      alone: 'UnknownEnvironment',
      withCheckpoint: 'UnknownEnvironment',
      withReceipts: 'UnknownEnvironment',
    },
    {
      table: 'environment',
      harm: 'the log takes another name',
      by: (scene) =>
        scene.sql(
          "update countersign.environment set log_origin = 'log.example/other' where environment_id = $1",
          [env],
        ),
      starts: 'log-origin-changed',
      alone: whole,
      withCheckpoint: whole,
      withReceipts: `receipt_not_covered@${signed.size + 1}`,
    },
    {
      table: 'environment',
      harm: 'the environment is deleted',
      by: (scene) => scene.sql('delete from countersign.environment where environment_id = $1', [env]),
      starts: 'log-missing',
      alone: 'UnknownEnvironment',
      withCheckpoint: 'UnknownEnvironment',
      withReceipts: 'UnknownEnvironment',
    },
    {
      table: 'stream',
      harm: 'a stream forgets its last entry, and goes on',
      by: async (scene) => {
        await scene.sql(
          'update countersign.stream set last_hash = sha256(last_hash) where environment_id = $1',
          [env],
        );
        await scene.world.append(env, 'environment/note-1');
      },
      starts: 'serves',
      alone: `stream_chain_broken@${last + 1}`,
      withCheckpoint: `stream_chain_broken@${last + 1}`,
      withReceipts: `stream_chain_broken@${last + 1}`,
    },
    {
      table: 'stream',
      harm: 'a stream takes another version, and goes on',
      by: async (scene) => {
        await scene.sql('update countersign.stream set version = version + 7 where environment_id = $1', [
          env,
        ]);
        await scene.world.append(env, 'environment/note-1');
      },
      starts: 'serves',
      alone: `stream_version_not_dense@${last + 1}`,
      withCheckpoint: `stream_version_not_dense@${last + 1}`,
      withReceipts: `stream_version_not_dense@${last + 1}`,
    },
  ];
}
