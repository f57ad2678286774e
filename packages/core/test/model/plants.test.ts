import { afterAll, expect, test } from 'vitest';
import { plantAll } from './planted.ts';
import { PLANTS } from './plants.ts';
import { play } from './play.ts';

/** So many sequences must be enough for each bug; the nightly tier plays 100,000. */
const WITHIN = 1500;

const planted = await plantAll(PLANTS);
afterAll(() => planted.remove());

test('the copy is the core where nothing is planted', () => {
  for (let seed = 1; seed <= 20; seed += 1)
    expect(planted.with(null, () => play(seed, planted.core).difference)).toBeNull();
});

test.each(PLANTS)('a planted bug is found: $bug', { timeout: 60_000 }, (plant) => {
  planted.with(plant, () => {
    for (let seed = 1; seed <= WITHIN; seed += 1) {
      if (play(seed, planted.core).difference !== null) return;
    }
    expect.fail(`none of ${WITHIN} sequences shows it`);
  });
});
