import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { LedgerError } from '@countersign/ledger';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import { type Ids, randomIds, seededIds } from '../ids.ts';
import { openWorld, until } from '../readers/world.test-kit.ts';
import { fileKeyStore, masterKey, OwnerErased, SEAL_ENTROPY_BYTES, sealer } from './index.ts';

const database = await testDatabase();
const world = await openWorld(database);
const store = (directory = 'keys') =>
  fileKeyStore({
    directory: path.join(world.data, directory),
    master: masterKey(Buffer.alloc(32, 7)),
    onError: (error) => {
      throw error;
    },
  });
const keys = await store();
const seals = sealer(keys, world.reader, 1 << 20);
const environment = await world.environment();
afterAll(() => {
  keys.close();
  return world.close();
});

const owner = () => `usr_${randomUUID()}`;

async function sealed(who: string, value: string, stream = `environment/${randomUUID()}`) {
  const item = `itm_${randomUUID()}`;
  const made = await seals.sealValue({
    environment,
    owner: who,
    stream,
    item,
    name: 'comment',
    value,
    entropy: randomBytes(SEAL_ENTROPY_BYTES),
  });
  await world.append(
    environment,
    stream,
    { type: 'thing.happened', comment: made.reference },
    { sealed: [made.row] },
  );
  return made.reference;
}

describe('a sealed value', () => {
  test('opens by its reference, many at once, with and without the cache', async () => {
    const references = await Promise.all(
      ['María', '', 'x'.repeat(5000)].map((text) => sealed(owner(), text)),
    );
    const cold = sealer(keys, world.reader, 0);
    for (const one of [cold, cold, seals, seals]) {
      const opened = await one.openValues(environment, references);
      expect(references.map(({ sealed: item }) => opened.get(item))).toEqual(
        ['María', '', 'x'.repeat(5000)].map((value) => ({ state: 'open', value })),
      );
    }
  });

  test('is not opened by a reference with another commitment, cached or not', async () => {
    const reference = await sealed(owner(), 'secret');
    await seals.openValues(environment, [reference]);
    const forged = { ...reference, commitment: 'a'.repeat(64) };
    await expect(seals.openValues(environment, [forged])).rejects.toThrow(LedgerError);
  });

  test('is not opened when its row was changed', async () => {
    const reference = await sealed(owner(), 'secret');
    const admin = new pg.Client({ connectionString: database.ownerUrl });
    await admin.connect();
    await admin.query(
      'update countersign.sealed_value set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1) where item = $1',
      [reference.sealed],
    );
    await admin.end();
    await expect(sealer(keys, world.reader, 0).openValues(environment, [reference])).rejects.toThrow(
      LedgerError,
    );
  });

  test('has the same reference for the same entropy, whatever the owner key: a seeded log does not depend on keys', async () => {
    const by = { seed: '1', principal: 'svc', key: 'k', now: 0 };
    const who = owner();
    const value = { environment, owner: who, stream: 'environment/x', name: 'fields.iban', value: 'DE89' };
    const draw = (ids: Ids) => ({ ...value, item: ids.id('itm'), entropy: ids.bytes(SEAL_ENTROPY_BYTES) });
    const first = await seals.sealValue(draw(seededIds(by)));
    const theirs = await store('other-keys');
    const second = await sealer(theirs, world.reader, 0).sealValue(draw(seededIds(by)));
    theirs.close();
    expect(second.reference).toEqual(first.reference);
    const random = await seals.sealValue({ ...draw(randomIds(Date.now)), owner: owner() });
    expect(random.reference.commitment).not.toBe(first.reference.commitment);
  });
});

describe('after its owner was erased', () => {
  test('a value is erased at once here, and within a second in another process that had it open', async () => {
    const who = owner();
    const reference = await sealed(who, 'secret');
    const theirKeys = await store();
    const theirs = sealer(theirKeys, world.reader, 1 << 20);
    for (const one of [seals, theirs]) {
      expect((await one.openValues(environment, [reference])).get(reference.sealed)?.state).toBe('open');
    }
    const start = performance.now();
    await keys.destroy({ environment, owner: who, command: 'cmd_1' });
    expect((await seals.openValues(environment, [reference])).get(reference.sealed)).toEqual({
      state: 'erased',
    });
    await until(
      async () =>
        (await theirs.openValues(environment, [reference])).get(reference.sealed)?.state === 'erased',
    );
    expect(performance.now() - start).toBeLessThan(1500);
    theirKeys.close();
    await expect(sealed(who, 'more')).rejects.toThrow(OwnerErased);
  });
});

describe('a blind index', () => {
  test('finds an address in any case, and says nothing without the key of its environment', async () => {
    const [a, b] = ['Maria.Lopez@example.com', ' maria.lopez@EXAMPLE.com '];
    expect(await seals.blindIndex(environment, 'email', a)).toBe(
      await seals.blindIndex(environment, 'email', b),
    );
    expect(await seals.blindIndex(environment, 'userName', a)).not.toBe(
      await seals.blindIndex(environment, 'email', a),
    );
    const elsewhere = await world.environment();
    expect(await seals.blindIndex(elsewhere, 'email', a)).not.toBe(
      await seals.blindIndex(environment, 'email', a),
    );
  });
});
