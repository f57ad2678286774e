// Every table of the log and every kind of harm, done by SQL as whoever has the machine can do it; then what a server
// says that starts on it, and what the verifier says of its export to somebody who kept a checkpoint or receipts.
import { type Verification, verifyExport } from '@countersign/ledger';
import { afterAll, describe, expect, test } from 'vitest';
import { makeBase } from './base.ts';
import { whole } from './case.ts';
import { behindCases } from './cases-behind.ts';
import { entryCases } from './cases-entry.ts';
import { harmsOf } from './harms.ts';
import { said, sceneOf } from './world.ts';

const base = await makeBase();
afterAll(async () => {
  await base.backup.database.drop();
  await base.standing.database.drop();
});
const { environment: env, other, signed, receipts, victim, next, lone } = base;
const { rewriteLeaf, forget } = harmsOf(base);
const known = { knownCheckpoint: { checkpoint: signed } };

describe('of the tables of the log', () => {
  test.each([...entryCases(base), ...behindCases(base)])('$table: $harm', async (one) => {
    const scene = await sceneOf(base.standing);
    try {
      await one.by(scene);
      const tell = (work: Promise<Verification>): Promise<string> =>
        work.then(said, (error: Error) => error.name);
      const found = {
        starts: await scene.starts(),
        alone: await tell(scene.verify(env, {})),
        withCheckpoint: await tell(scene.verify(env, known)),
        withReceipts: await tell(scene.verify(env, { receipts })),
      };
      const { starts, alone, withCheckpoint, withReceipts } = one;
      expect(found).toEqual({ starts, alone, withCheckpoint, withReceipts });
    } finally {
      await scene.close();
    }
  });
});

describe('a database that was put back to an older backup', () => {
  const lost = receipts.filter(({ seq }) => seq > base.early.size).map(({ seq }) => seq);

  test('is refused, and the verifier names the first entry that is gone', async () => {
    const scene = await sceneOf({ ...base.standing, database: base.backup.database });
    expect(await scene.starts()).toBe('log-behind');
    expect(said(await scene.verify(env, known))).toBe(
      `known_checkpoint_ahead@${base.early.size + 1}-${signed.size}`,
    );
    await scene.close();
  });

  test('with everything beside it, so that nothing here knows better, is found by what others kept', async () => {
    const scene = await sceneOf(base.backup);
    expect(await scene.starts()).toBe('serves');
    expect(said(await scene.verify(env, known))).toBe(
      `known_checkpoint_ahead@${base.early.size + 1}-${signed.size}`,
    );
    expect(said(await scene.verify(env, { receipts }))).toBe(`receipt_not_covered@${lost[0]}`);
    // It goes on, past the size that was signed: history was rewritten.
    for (let i = 0; i < 5; i += 1) await scene.world.append(env, 'environment/again');
    expect(said(await scene.verify(env, known))).toBe(`known_checkpoint_mismatch@1-${signed.size}`);
    expect(said(await scene.verify(env, { receipts }))).toBe(`receipt_mismatch@${lost[0]}`);
    await scene.close();
  });

  test('and declared is no attack: the gap is named, and what was kept from it lies inside', async () => {
    const scene = await sceneOf({ ...base.standing, database: base.backup.database });
    await scene.declare(env);
    expect(await scene.starts()).toBe('serves');
    await scene.world.append(env, 'environment/after');
    const result = await scene.verify(env, {
      ...known,
      receipts: receipts.filter(({ seq }) => seq <= signed.size),
    });
    expect(result).toMatchObject({
      verdict: whole,
      findings: {
        restores: [{ seq: base.early.size + 1, kept: base.early.size, lost: signed.size }],
        knownCheckpoint: 'lost-in-a-declared-restore',
        receiptsLost: lost.filter((seq) => seq <= signed.size).map((seq) => ({ seq })),
      },
    });
    // It excuses nothing that it does not name.
    expect(said(await scene.verify(env, { receipts }))).toMatch(/^receipt_(mismatch|not_covered)@/);
    await rewriteLeaf(scene, victim, 'usr_', 'usr-');
    expect(said(await scene.verify(env, known))).toBe(`entry_altered@${victim}`);
    await scene.close();
  });

  test('and declared over entries that were changed does not hide them', async () => {
    const scene = await sceneOf({ ...base.standing, database: base.backup.database });
    await rewriteLeaf(scene, lone, 'approve', 'reject');
    await forget(scene);
    await scene.declare(env);
    expect(said(await scene.verify(env, { receipts: receipts.filter(({ seq }) => seq <= lone) }))).toBe(
      `receipt_mismatch@${lone}`,
    );
    await scene.close();
  });
});

describe('an export file', () => {
  test('put together from two is broken where they meet', async () => {
    const [old, scene] = [await sceneOf(base.backup), await sceneOf(base.standing)];
    const [a, b, c] = [await old.lines(env), await scene.lines(env), await scene.lines(other)];
    const verify = (lines: readonly string[]) => verifyExport(lines).then(said);
    // The newer head on the older body, the older on the newer, an entry and a tail of another log.
    expect(await verify([...b.slice(0, 1), ...a.slice(1)])).toBe(`seq_not_dense@${base.early.size + 1}`);
    expect(await verify([...a.slice(0, 1), ...b.slice(1)])).toMatch(/^(seq_not_dense|root_mismatch)@/);
    expect(await verify(b.with(lone, c[lone] ?? ''))).toBe(`wrong_environment@${lone}`);
    expect(await verify([...b.slice(0, next), ...c.slice(next)])).toMatch(/^wrong_environment@/);
    expect(await verify([...b, ...c])).toBe('line_out_of_place@none');
    expect(await verify([...c.slice(0, 1), ...b.slice(1)])).toBe('wrong_environment@1');
    await old.close();
    await scene.close();
  });
});
