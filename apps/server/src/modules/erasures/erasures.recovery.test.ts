import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import { runReaders } from '../../engine/readers/index.ts';
import { until } from '../../engine/readers/world.test-kit.ts';
import { sealer } from '../../engine/seal/index.ts';
import { filesIn, searchable } from './erasures.test-kit.ts';
import { openErasures } from './erasures.world.test-kit.ts';
import { erasureHandlers, erasureReader, replayErasures } from './index.ts';

const database = await testDatabase();
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-erasure-'));
const data = path.join(root, 'data');
const { world, keys, openKeys, seals, environment, callOf, parts, someone, close } = await openErasures(
  database,
  data,
);
const { asOwner } = searchable(database.ownerUrl, root);
afterAll(async () => {
  await close();
  fs.rmSync(root, { recursive: true });
});

describe('an erasure', () => {
  test('whose process died after its entry is finished by the reader of another', async () => {
    const { person, references } = await someone();
    const dying = { ...keys, destroy: () => Promise.reject(new Error('killed')) };
    const handlers = erasureHandlers({
      engine: world.engine,
      reader: world.reader,
      keys: dying,
      sealer: seals,
    });
    const call = callOf('createErasure', { body: { subject: person } }, 'erase-5');
    await expect(handlers.createErasure(call)).rejects.toThrow('killed');
    const runner = runReaders({
      pool: world.pool,
      reader: world.reader,
      subscriptions: [erasureReader({ reader: world.reader, keys })],
      pollMs: 10,
      onEvent: () => undefined,
    });
    await until(() => keys.isErased(environment, person));
    await runner.stop();
    for (const { sealed } of references) {
      expect((await seals.openValues(environment, references)).get(sealed)).toEqual({ state: 'erased' });
    }
    const reply = await parts().erasures.createErasure(call);
    expect(reply).toMatchObject({ status: 201, body: { subject: person } });
  });

  test('is replayed on a restored database, and on a restored key store, before anything is served', async () => {
    const { person, references } = await someone();
    const keyFile = filesIn(path.join(data, 'keys')).find((file) => file.endsWith(person)) ?? '';
    const [keyBackup, rows] = [fs.readFileSync(keyFile), await sealedRows(person)];
    await parts().erasures.createErasure(callOf('createErasure', { body: { subject: person } }, 'erase-6'));
    expect(await sealedRows(person)).toEqual([]);

    // The database comes back with its rows; the list beside the keys knows better.
    await restoreRows(rows);
    expect(await replayErasures({ reader: world.reader, keys }, [environment])).toBe(1);
    expect(await sealedRows(person)).toEqual([]);

    // The key store comes back from before, list and all; the log knows better.
    await restoreRows(rows);
    fs.writeFileSync(keyFile, keyBackup);
    fs.rmSync(path.join(data, 'keys', 'erasures.jsonl'));
    const restored = await openKeys();
    const opens = sealer(restored, world.reader, 0);
    expect((await opens.openValues(environment, references)).get(references[0]?.sealed ?? '')?.state).toBe(
      'open',
    );
    expect(
      await replayErasures({ reader: world.reader, keys: restored }, [environment]),
    ).toBeGreaterThanOrEqual(1);
    expect((await opens.openValues(environment, references)).get(references[0]?.sealed ?? '')).toEqual({
      state: 'erased',
    });
    expect(fs.existsSync(keyFile)).toBe(false);
    restored.close();
  });
});

const sealedRows = (owner: string) =>
  asOwner('select * from countersign.sealed_value where environment_id = $1 and owner = $2', [
    environment,
    owner,
  ]);

const restoreRows = (rows: readonly object[]) =>
  asOwner(
    `insert into countersign.sealed_value
     select r.* from jsonb_array_elements($1::jsonb) j, jsonb_populate_record(null::countersign.sealed_value, j) r`,
    [
      JSON.stringify(rows, (_key, value) =>
        value?.type === 'Buffer' ? `\\x${Buffer.from(value.data).toString('hex')}` : value,
      ),
    ],
  );
