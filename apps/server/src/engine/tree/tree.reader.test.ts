import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import { thisMachine } from '../../platform/machine.ts';
import { openWorld, until } from '../readers/world.test-kit.ts';
import { checkpoints, fileLogKeys, outsideCheckpoints, treeReader } from './index.ts';

const world = await openWorld(await testDatabase());
afterAll(() => world.close());

/** Time passes a hundred times as fast; what was rested is told in ms. */
function hurried() {
  const rests: number[] = [];
  const machine = {
    ...thisMachine,
    sleep: (ms: number, options?: Parameters<typeof thisMachine.sleep>[1]) => {
      rests.push(Math.round(ms / 100) * 100);
      return thisMachine.sleep(ms / 100, options);
    },
  };
  return { machine, rests };
}

function signing(failures: number) {
  const real = checkpoints({
    pool: world.pool,
    reader: world.reader,
    keys: fileLogKeys(path.join(world.data, 'log-keys')),
    outside: outsideCheckpoints(path.join(world.data, 'checkpoints')),
  });
  let left = failures;
  const failing: typeof real = {
    ...real,
    async atHead(environment) {
      if (left-- > 0) throw new Error('the disk is full');
      return real.atHead(environment);
    },
  };
  return { real, failing };
}

test('a signature that fails is tried again, ever more rarely, though nobody writes to the log any more', async () => {
  const environment = await world.environment();
  const { seq } = await world.append(environment, 'environment/test');
  const { real, failing } = signing(8);
  const errors: unknown[] = [];
  const { machine, rests } = hurried();
  const stopping = new AbortController();
  const tree = treeReader(world.reader, failing, {
    onError: (error) => errors.push(error),
    stopping: stopping.signal,
    machine,
  });
  await tree.handle(environment, [], seq);
  await until(async () => (await real.lastSigned(environment))?.size === seq);
  expect(errors).toHaveLength(8);
  expect(rests).toEqual([1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
});

test('what is written while it waits to try again is signed with it; a process that stops tries no more', async () => {
  const environment = await world.environment();
  const { real, failing } = signing(2);
  const { machine, rests } = hurried();
  const stopping = new AbortController();
  const tree = treeReader(world.reader, failing, {
    onError: () => undefined,
    stopping: stopping.signal,
    machine,
  });
  for (let i = 0; i < 3; i += 1) {
    const { seq } = await world.append(environment, 'environment/test');
    await tree.handle(environment, [], seq);
  }
  await until(async () => (await real.lastSigned(environment))?.size === 3);
  expect(rests).toEqual([1000, 2000, 4000]);
  const { seq } = await world.append(environment, 'environment/test');
  await tree.handle(environment, [], seq);
  stopping.abort();
  await thisMachine.sleep(50);
  expect((await real.lastSigned(environment))?.size).toBe(3);
});
