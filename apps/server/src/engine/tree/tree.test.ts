import fs from 'node:fs';
import path from 'node:path';
import {
  openCheckpoint,
  parseVerifierKey,
  proveConsistency,
  proveInclusion,
  treeRoot,
  verifyConsistency,
  verifyExport,
  verifyInclusion,
} from '@countersign/ledger';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import { exportLines } from '../../modules/audit/index.ts';
import { openWorld, type World } from '../readers/world.test-kit.ts';
import {
  assertLogs,
  buildTree,
  builtSize,
  checkpoints,
  declareRestore,
  fileLogKeys,
  outsideCheckpoints,
  tileReader,
} from './index.ts';

const database = await testDatabase();
const world = await openWorld(database);
afterAll(() => world.close());

function treeOf(w: World, data = w.data) {
  const outside = outsideCheckpoints(path.join(data, 'checkpoints'));
  return {
    outside,
    reader: w.reader,
    checkpoints: checkpoints({
      pool: w.pool,
      reader: w.reader,
      keys: fileLogKeys(path.join(data, 'log-keys')),
      outside,
    }),
  };
}

async function grow(environment: string, entries: number): Promise<string[]> {
  const hashes: string[] = [];
  for (let i = 0; i < entries; i += 1) {
    hashes.push((await world.append(environment, `environment/test-${i % 3}`)).leafHash);
  }
  return hashes;
}

/** What a backup from before would hold: the log without its tail. Only the owner can do this, with triggers off. */
async function cutBack(environment: string, seq: number): Promise<void> {
  await asOwner(async (owner) => {
    await owner.query("set session_replication_role = 'replica'");
    await owner.query('delete from countersign.entry where environment_id = $1 and seq > $2', [
      environment,
      seq,
    ]);
    await owner.query('delete from countersign.checkpoint where environment_id = $1 and size > $2', [
      environment,
      seq,
    ]);
    await owner.query('delete from countersign.tile where environment_id = $1', [environment]);
    await owner.query('update countersign.head set seq = $2 where environment_id = $1', [environment, seq]);
    await owner.query('delete from countersign.stream where environment_id = $1', [environment]);
    await owner.query('delete from countersign.idempotency where environment_id = $1', [environment]);
  });
}

async function* lines(source: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of source) yield line.slice(0, -1);
}

async function asOwner(work: (owner: pg.Client) => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await work(owner);
  } finally {
    await owner.end();
  }
}

describe('the tree', () => {
  test('is the same whoever builds it, in whatever steps, and proves every entry at every later size', async () => {
    const environment = await world.environment();
    const hashes = await grow(environment, 20);
    const read = world.reader.readAs(environment);
    await buildTree(read, environment, 7);
    hashes.push(...(await grow(environment, 12)));
    await Promise.all([32, 32, 32].map((size) => buildTree(read, environment, size)));
    expect(await builtSize(read, environment)).toBe(32);
    const tiles = tileReader(read, environment);
    for (const size of [1, 8, 19, 32]) {
      const root = await treeRoot(tiles, size);
      for (let index = 0; index < size; index += 1) {
        const leafHash = Buffer.from(hashes[index] ?? '', 'hex');
        const proof = await proveInclusion(tiles, index, size);
        verifyInclusion({ leafIndex: index, treeSize: size, leafHash, root, proof });
      }
    }
  });
});

describe('a checkpoint', () => {
  test('covers what was written just before, is signed, and extends the one before it', async () => {
    const environment = await world.environment();
    const tree = treeOf(world);
    await grow(environment, 3);
    const first = await tree.checkpoints.atHead(environment);
    await grow(environment, 5);
    const second = await tree.checkpoints.atHead(environment);
    expect([first.size, second.size]).toEqual([3, 8]);
    const opened = openCheckpoint(second.note, [parseVerifierKey(second.verifierKey)]);
    expect(opened.checkpoint.root).toEqual(second.root);
    const proof = await proveConsistency(tileReader(world.reader.readAs(environment), environment), 3, 8);
    verifyConsistency({ size1: 3, size2: 8, root1: first.root, root2: second.root, proof });
    expect(await tree.outside.read(environment)).toBe(second.note);
  });

  test('many askers at once get one that covers their own write, from two processes', async () => {
    const environment = await world.environment();
    const other = await openWorld(database, { data: world.data });
    const trees = [treeOf(world), treeOf(other, world.data)];
    const covered = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const { seq } = await world.append(environment, `environment/test-${i}`);
        const checkpoint = await trees[i % 2]?.checkpoints.atHead(environment);
        return (checkpoint?.size ?? 0) >= seq;
      }),
    );
    await other.close();
    expect(covered).toEqual(Array.from({ length: 20 }, () => true));
  });

  test('of an empty log is one of size 0', async () => {
    const environment = await world.environment();
    expect((await treeOf(world).checkpoints.atHead(environment)).size).toBe(0);
  });

  test('its key lies in the data directory for its owner alone, and follows from the seed in a seeded sandbox', async () => {
    const environment = await world.environment('42');
    const tree = treeOf(world);
    const first = await tree.checkpoints.atHead(environment);
    const file = path.join(world.data, 'log-keys', `${environment}.json`);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    fs.rmSync(file);
    const again = await treeOf(world).checkpoints.atHead(environment);
    expect(again.verifierKey).toBe(first.verifierKey);
  });

  test('a key that has signed and is gone is asked for, and no other is made in its place', async () => {
    const environment = await world.environment();
    await treeOf(world).checkpoints.atHead(environment);
    const file = path.join(world.data, 'log-keys', `${environment}.json`);
    const bytes = fs.readFileSync(file);
    fs.rmSync(file);
    await expect(assertLogs(treeOf(world))).rejects.toMatchObject({ code: 'log-key-missing' });
    await grow(environment, 1);
    await expect(treeOf(world).checkpoints.atHead(environment)).rejects.toMatchObject({
      code: 'log-key-missing',
    });
    expect(fs.existsSync(file)).toBe(false);
    fs.writeFileSync(file, bytes);
    await treeOf(world).checkpoints.atHead(environment);
    await assertLogs(treeOf(world));
  });

  test('is never signed over a history that was rewritten', async () => {
    const environment = await world.environment();
    await grow(environment, 5);
    await treeOf(world).checkpoints.atHead(environment);
    await cutBack(environment, 2);
    await asOwner(async (owner) => {
      // A patient forger: entries of the same number, and tiles and checkpoints as if nothing had been.
      await owner
        .query('delete from countersign.checkpoint where environment_id = $1', [environment])
        .catch(async () => {
          await owner.query("set session_replication_role = 'replica'");
          await owner.query('delete from countersign.checkpoint where environment_id = $1', [environment]);
        });
    });
    const forged = await openWorld(database, { data: world.data });
    for (let i = 0; i < 6; i += 1) await forged.append(environment, `environment/forged-${i}`);
    const tree = treeOf(forged, world.data);
    await expect(assertLogs(tree)).rejects.toMatchObject({ code: 'log-rewritten' });
    await expect(tree.checkpoints.atHead(environment)).rejects.toMatchObject({ code: 'log-rewritten' });
    await forged.close();
    for (const name of fs.readdirSync(path.join(world.data, 'checkpoints')))
      if (name.startsWith(environment)) fs.rmSync(path.join(world.data, 'checkpoints', name));
  });
});

describe('a database that is behind the last checkpoint', () => {
  test('is refused in words that say what to do, until the restore is declared', async () => {
    const environment = await world.environment();
    const hashes = await grow(environment, 9);
    const old = await treeOf(world).checkpoints.atHead(environment);
    await cutBack(environment, 4);

    const restored = await openWorld(database, { data: world.data });
    const tree = treeOf(restored, world.data);
    await expect(assertLogs(tree)).rejects.toThrow(
      new RegExp(
        `ends at entry 4, but a checkpoint of 9 entries was signed.*countersign restore declare ${environment}`,
        's',
      ),
    );
    await expect(tree.checkpoints.atHead(environment)).rejects.toMatchObject({ code: 'log-behind' });

    const wall = () => Date.UTC(2026, 0, 31, 9);
    const fresh = await declareRestore({ ...tree, engine: restored.engine, environment, wall });
    expect(fresh.origin).toBe(`${old.origin}/restored-20260131t090000000z`);
    expect(fresh.size).toBe(5);
    const entry = await restored.reader
      .readAs(environment)
      .query<{ leaf: Buffer }>('select leaf from countersign.entry where environment_id = $1 and seq = 5', [
        environment,
      ]);
    const leaf = JSON.parse(entry[0]?.leaf.toString('utf8') ?? '');
    expect(leaf.events).toEqual([
      {
        type: 'environment.restored',
        origin: fresh.origin,
        previous: { origin: old.origin, checkpoint: old.note },
        kept: 4,
        lost: 9,
        proof: [],
      },
    ]);
    await assertLogs(tree);
    await restored.append(environment, 'environment/after');
    expect((await tree.checkpoints.atHead(environment)).origin).toBe(fresh.origin);
    // Whoever kept the old checkpoint, or a receipt for a lost entry, is told of the restore and not of an attack.
    const verified = await verifyExport(lines(await exportLines(tree, environment, 0)), {
      knownCheckpoint: { checkpoint: old },
      receipts: [{ seq: 9, leaf: hashes[8] ?? '', origin: old.origin }],
    });
    expect(verified).toMatchObject({
      verdict: 'intact-not-reexecuted',
      findings: { knownCheckpoint: 'lost-in-a-declared-restore', receiptsLost: [{ seq: 9 }] },
    });
    await expect(
      declareRestore({ ...tree, engine: restored.engine, environment, wall }),
    ).rejects.toMatchObject({ code: 'nothing-to-declare' });
    await restored.close();
  });

  test('another database than the data directory belongs to is refused', async () => {
    const tree = treeOf(world);
    const stranger = 'env_00000000-0000-7000-8000-00000000dead';
    fs.writeFileSync(path.join(world.data, 'checkpoints', stranger), 'a note');
    await expect(assertLogs(tree)).rejects.toMatchObject({ code: 'log-missing' });
    fs.rmSync(path.join(world.data, 'checkpoints', stranger));
  });
});
