import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, expectTypeOf, it } from 'vitest';
import { generate, generated } from '../tools/generate.ts';
import type { Client, OperationId, ProblemCode } from './index.ts';

const contents = async (folder: string) => {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
};

it('is what the contract gives; `npm run generate` in this folder brings it up to date', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'countersign-sdk-'));
  try {
    await generate(fresh);
    expect(await contents(generated)).toEqual(await contents(fresh));
  } finally {
    await rm(fresh, { recursive: true });
  }
});

it('gives each operation its types', () => {
  type Decide = Parameters<Client['decideAssignment']>[0];
  expectTypeOf<Decide['path']>().toEqualTypeOf<{ assignment: string }>();
  expectTypeOf<Decide['body']['decision']>().toEqualTypeOf<'approve' | 'reject' | 'return' | 'abstain'>();
  expectTypeOf<Decide>().not.toHaveProperty('query');
  expectTypeOf<Client['getClock']>().toBeCallableWith();
  // @ts-expect-error: the id of the request is missing
  expectTypeOf<Client['getApprovalRequest']>().toBeCallableWith();
  expectTypeOf<'revision-mismatch'>().toExtend<ProblemCode>();
  expectTypeOf<string>().not.toExtend<OperationId>();
});
