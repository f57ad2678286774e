import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../readers/world.test-kit.ts';
import {
  fileKeyStore,
  KeyMissing,
  type KeyStore,
  KeyUnreadable,
  masterKey,
  OwnerErased,
  openMasterKey,
} from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-keys-'));
const stores: KeyStore[] = [];
afterAll(() => {
  for (const store of stores) store.close();
  fs.rmSync(root, { recursive: true });
});

const environment = `env_${randomUUID()}`;
const person = () => `usr_${randomUUID()}`;
const fail = (error: unknown): never => {
  throw error;
};
let directory = '';
beforeEach(() => {
  directory = path.join(root, randomUUID());
});

async function open(master = masterKey(Buffer.alloc(32, 7))): Promise<KeyStore> {
  const store = await fileKeyStore({ directory, master, onError: fail });
  stores.push(store);
  return store;
}

const filesIn = (where: string): string[] =>
  fs
    .readdirSync(where, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : []));

describe('the key store', () => {
  test('makes a key once, and gives it to every process from then on', async () => {
    const owner = person();
    const [one, two] = [await open(), await open()];
    const keys = await Promise.all([one, two, one, two].map((store) => store.keyFor(environment, owner)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(await (await open()).keyOf(environment, owner)).toEqual(keys[0]);
  });

  test('keeps keys wrapped, each bound to its place, readable by their owner alone', async () => {
    const [ann, bob] = [person(), person()];
    const store = await open();
    const key = await store.keyFor(environment, ann);
    await store.keyFor(environment, bob);
    const files = filesIn(directory);
    expect(files).toHaveLength(2);
    for (const file of files) {
      expect(fs.statSync(file).mode & 0o077).toBe(0);
      expect(fs.readFileSync(file).includes(Buffer.from(key))).toBe(false);
    }
    const [annFile, bobFile] = [ann, bob].map((who) => files.find((file) => file.endsWith(who)) ?? '');
    fs.copyFileSync(bobFile ?? '', annFile ?? '');
    await expect((await open()).keyOf(environment, ann)).rejects.toThrow(KeyUnreadable);
    await expect((await open(masterKey(Buffer.alloc(32, 8)))).keyOf(environment, bob)).rejects.toThrow(
      KeyUnreadable,
    );
  });

  test('after destruction nothing is left of the key, and none is made for this owner again', async () => {
    const owner = person();
    const [store, other] = [await open(), await open()];
    await store.keyFor(environment, owner);
    await other.keyFor(environment, owner);
    const [file] = filesIn(directory);
    const wrapped = fs.readFileSync(file ?? '');
    const told: string[] = [];
    other.onErased((erasure) => told.push(erasure.owner));
    await store.destroy({ environment, owner, command: 'cmd_1' });
    expect(filesIn(directory).map((left) => path.basename(left))).toEqual(['erasures.jsonl']);
    for (const left of filesIn(root))
      expect(fs.readFileSync(left).includes(wrapped.subarray(0, 16))).toBe(false);
    await expect(store.keyFor(environment, owner)).rejects.toThrow(OwnerErased);
    expect(await store.keyOf(environment, owner)).toBe('erased');
    // Another process learns of it by itself.
    await until(() => told.length > 0);
    expect(await other.keyOf(environment, owner)).toBe('erased');
    expect(await (await open()).keyOf(environment, owner)).toBe('erased');
  });

  test('a race between making and destroying a key never leaves one', async () => {
    for (let i = 0; i < 30; i += 1) {
      const owner = person();
      const [store, other] = [await open(), await open()];
      await Promise.all([
        store
          .keyFor(environment, owner)
          .catch((error: unknown) => (error instanceof OwnerErased ? null : fail(error))),
        other.destroy({ environment, owner, command: 'cmd_1' }),
      ]);
      expect(filesIn(directory).filter((file) => file.endsWith(owner))).toEqual([]);
      for (const one of [store, other]) one.close();
    }
  });

  test('a key that is lost is not called erased', async () => {
    const owner = person();
    const store = await open();
    await store.keyFor(environment, owner);
    for (const file of filesIn(directory)) fs.rmSync(file);
    await expect((await open()).keyOf(environment, owner)).rejects.toThrow(KeyMissing);
  });

  test('an erasure list whose last line was cut off by a crash goes on', async () => {
    const store = await open();
    const [ann, bob] = [person(), person()];
    await store.destroy({ environment, owner: ann, command: 'cmd_1' });
    fs.appendFileSync(path.join(directory, 'erasures.jsonl'), `\n{"environment":"${environment}","own`);
    await store.destroy({ environment, owner: bob, command: 'cmd_2' });
    const later = await open();
    expect((await later.erasures()).map(({ owner }) => owner)).toEqual([ann, bob]);
  });

  test('refuses names that are not ids: they become paths', async () => {
    const store = await open();
    await expect(store.keyFor(environment, 'usr_../../etc/passwd')).rejects.toThrow(TypeError);
    await expect(store.keyFor('env_..', person())).rejects.toThrow(TypeError);
  });

  test('the master key is made once, for its owner alone', async () => {
    const file = path.join(directory, 'master.key');
    const [one, two] = await Promise.all([
      openMasterKey(file, path.join(directory, 'none')),
      openMasterKey(file, path.join(directory, 'none')),
    ]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const key = Buffer.alloc(32, 1);
    expect(two.unwrap(one.wrap(key, 'a'), 'a', file)).toEqual(key);
    fs.writeFileSync(file, 'short');
    await expect(openMasterKey(file, path.join(directory, 'none'))).rejects.toThrow(KeyUnreadable);
  });

  test('a master key is not made in the place of one that has wrapped keys', async () => {
    const store = await open();
    await store.keyFor(environment, person());
    const file = path.join(directory, 'lost.key');
    await expect(openMasterKey(file, directory)).rejects.toMatchObject({ code: 'master-key-missing' });
    expect(fs.existsSync(file)).toBe(false);
  });
});
