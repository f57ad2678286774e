import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlannedEvent } from '../src/import/declarations.ts';
import { type Plan, readPlan } from '../src/import/plan.ts';
import { runImport } from '../src/import/run.ts';
import { misfits } from '../src/import/setup.ts';
import type { Io } from '../src/kit/io.ts';
import { coreClient } from './core-client.ts';
import { LOG, xesFile } from './xes.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'countersign-import-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const source = readFileSync(
  new URL('../../../examples/expense-declaration/definition.yaml', import.meta.url),
  'utf8',
);
const definition = 'expense-declaration';
const quiet = { write: () => true } as unknown as NodeJS.WriteStream;
const ioOf = (signal = new AbortController().signal): Io => ({
  env: {},
  signal,
  stdout: quiet,
  stderr: quiet,
});

let files = 0;
function importInto(client: ReturnType<typeof coreClient>['client'], plan: Plan, seed = '', io = ioOf()) {
  files++;
  const exportFile = path.join(directory, `${files}.jsonl`);
  return runImport(client, plan, { file: 'x', source, definition, seed, exportFile }, io, () => undefined);
}

const planOf = async (...cases: Parameters<typeof xesFile>[1]): Promise<Plan> =>
  readPlan(xesFile(path.join(directory, `${++files}.xes`), cases), null);

const paid = ['SUBMITTED by EMPLOYEE', 'FINAL_APPROVED by SUPERVISOR', 'Request Payment', 'Payment Handled'];

describe('import of declarations, decided by the core', () => {
  it('what the source pays without a final approval is refused, named and explained', async () => {
    const plan = await planOf(paid, ['SAVED by EMPLOYEE', 'Request Payment', 'Payment Handled']);
    const report = await importInto(coreClient().client, plan);
    expect(report).toMatchObject({ ok: true, cases: 2, events: 7, executed: 5 });
    expect(report.refused.map((r) => [r.case, r.activity, r.code, r.by])).toEqual([
      ['declaration2', 'Request Payment', 'effect-not-allowed', 'server'],
      ['declaration2', 'Payment Handled', 'effect-not-allowed', 'server'],
    ]);
    expect(report.comparison.differences.map((d) => [d.case, d.source, d.log])).toEqual([
      ['declaration2', 1, 0],
      ['declaration2', 1, 0],
    ]);
  });

  it('a refusal that the source does not justify is not explained', async () => {
    const plan = await planOf([
      'SUBMITTED by EMPLOYEE',
      'APPROVED by ADMINISTRATION',
      'APPROVED by ADMINISTRATION',
    ]);
    const report = await importInto(coreClient().client, plan);
    expect(report.ok).toBe(false);
    expect(report.refused).toMatchObject([{ event: 2, code: 'already-decided' }]);
    expect(report.comparison.differences).toMatchObject([{ source: 2, log: 1, explanation: null }]);
  });

  it('an approver who was not asked has no place to decide on', async () => {
    const plan = await planOf([
      'SUBMITTED by EMPLOYEE',
      'REJECTED by SUPERVISOR',
      'APPROVED by ADMINISTRATION',
    ]);
    const report = await importInto(coreClient().client, plan);
    expect(report.ok).toBe(false);
    // The administration acts later on this submission, so it is asked first.
    expect(report.refused).toMatchObject([
      { activity: 'Declaration REJECTED by SUPERVISOR', code: 'no-place', by: 'importer' },
    ]);
  });

  it('a draft, a withdrawal, a return, a reopening and a resubmission are what they were', async () => {
    const plan = await planOf(
      [
        'SAVED by EMPLOYEE',
        'SUBMITTED by EMPLOYEE',
        'APPROVED by PRE_APPROVER',
        'FINAL_APPROVED by SUPERVISOR',
      ],
      ['SUBMITTED by EMPLOYEE', 'REJECTED by ADMINISTRATION', 'REJECTED by EMPLOYEE', ...paid],
      ['SUBMITTED by EMPLOYEE', 'FINAL_APPROVED by SUPERVISOR', 'REJECTED by MISSING', ...paid],
      ['SUBMITTED by EMPLOYEE', 'SUBMITTED by EMPLOYEE', 'REJECTED by EMPLOYEE'],
    );
    const report = await importInto(coreClient().client, plan);
    expect(report).toMatchObject({ ok: true, refused: [], ownReopenings: 1 });
    expect(report.comparison.differences).toEqual([]);
  });
});

describe.skipIf(!existsSync(LOG))('the first 300 real cases', () => {
  it('give the same log from the same seed, and another from another', async () => {
    const plan = await readPlan(LOG, 300);
    const roots = [];
    for (const seed of ['a', 'a', 'b'])
      roots.push((await importInto(coreClient().client, plan, seed)).log.root);
    expect(roots[1]).toBe(roots[0]);
    expect(roots[2]).not.toBe(roots[0]);
  });

  it('an import that was stopped goes on where it was, and ends with the same log', async () => {
    const plan = await readPlan(LOG, 300);
    const whole = await importInto(coreClient().client, plan);
    const { client } = coreClient();
    for (const after of [100, 700, 1200]) {
      const stop = new AbortController();
      await expect(importInto(client, stopping(plan, after, stop), '', ioOf(stop.signal))).rejects.toThrow(
        /Stopped after/,
      );
    }
    const resumed = await importInto(client, plan);
    expect(resumed.log.root).toBe(whole.log.root);
    expect(resumed).toMatchObject({ ok: true, executed: whole.executed, refused: whole.refused });
    expect(resumed.replayed).toBeGreaterThan(1100);
  });
});

/** The same plan, which aborts the signal when its n-th event is read. */
function stopping(plan: Plan, n: number, stop: AbortController): Plan {
  const events = plan.events.map((planned, i): PlannedEvent => {
    if (i !== n) return planned;
    return {
      ...planned,
      get action() {
        stop.abort();
        return planned.action;
      },
    };
  });
  return { ...plan, events };
}

describe('a definition that is not for these declarations', () => {
  it('is refused before anything is made, with all that it lacks', () => {
    expect(misfits(source)).toEqual([]);
    const other = source
      .replace('askAgain: always', 'askAgain: changed')
      .replace('role: missing', 'role: other')
      .replace('budgetNumber:', 'budget:');
    expect(misfits(other)).toEqual([
      'It has no field budgetNumber of type text.',
      'Its step pre-approver does not ask again after every revision.',
      'The role missing may not reopen.',
    ]);
  });
});
