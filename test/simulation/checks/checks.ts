import { replayer } from '@countersign/core';
import type { EntryRow, Tables } from '../database/tables.ts';
import type { Answer, Operation } from '../world/operation.ts';
import { answersCheck } from './answers.ts';
import { authority } from './authority.ts';
import { readEntry } from './entry.ts';
import { logCheck } from './log.ts';
import { isPassing } from './passing.ts';
import { quorumCheck } from './quorum.ts';
import { readersCheck } from './readers.ts';
import { checkOutside, checkTree } from './tree.ts';
import { must, Violation } from './violation.ts';

/** The invariants of ARCHITECTURE.md, looked at after every step. Each throws a Violation. */
export type Checks = ReturnType<typeof checksOf>;

export function checksOf(tables: Tables) {
  const answers = answersCheck(tables);
  const readers = readersCheck(tables);
  const logs = [...tables.environments.values()].map((environment) => {
    const people = authority();
    return { environment, log: logCheck(environment), people, quorum: quorumCheck(people), seen: 0 };
  });
  /** What code under test has told from within a promise: thrown at the next look. */
  let pending: unknown = null;
  /** Statements that had been run at the last look. */
  let looked = 0;

  const later = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      pending ??= error;
    }
  };

  function afterStep(): void {
    if (pending !== null) throw pending;
    if (tables.statements === looked) return;
    looked = tables.statements;
    for (const one of logs) {
      const { entries } = one.environment;
      if (entries.length === one.seen) continue;
      const fresh = entries
        .slice(one.seen)
        .sort((a, b) => a.seq - b.seq)
        .map(readEntry);
      one.seen = entries.length;
      one.log.see(fresh);
      answers.see(one.environment.environment_id, fresh);
      for (const entry of fresh) {
        one.quorum.see(entry);
        one.people.see(entry);
      }
    }
    readers.see();
  }

  return {
    afterStep,
    answered: (operation: Operation, answer: Answer) =>
      later(() => {
        afterStep();
        answers.answered(operation, answer);
      }),
    acknowledgedVersion: answers.version,
    served: (environment: string, stream: string, version: number, least: number) =>
      later(() =>
        must(version >= least, 'nobody is served what is older than an acknowledged write', () => {
          return `${stream} of ${environment}: version ${version}, after ${least} was acknowledged`;
        }),
      ),
    delivered: (environment: string, seq: number) => later(() => readers.delivered(environment, seq)),
    /** A process says that an entry stands. */
    told: (environment: string, seq: number) =>
      later(() => {
        const head = tables.environments.get(environment)?.head.seq ?? 0;
        must(
          seq <= head,
          'an acknowledged command is in the log exactly once',
          () => `${environment}: ${seq}`,
        );
      }),
    /** An error that a process reports. */
    complaint: (process: string, error: unknown) =>
      later(() => {
        if (isPassing(error) || (error instanceof Error && /^cannot take/.test(error.message))) return;
        const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
        throw new Violation('only foreseen errors', `${process}: ${words}`);
      }),
    outside: (environment: string, before: string | undefined, after: string) =>
      later(() => checkOutside(environment, before, after)),
    caughtUp: readers.caughtUp,
    entries: () => logs.reduce((sum, { log }) => sum + log.size, 0),
    /** When everything has come to rest. */
    atEnd(outside: ReadonlyMap<string, string> | null): void {
      afterStep();
      answers.atEnd();
      readers.atEnd();
      for (const { environment } of logs) {
        reproduced(environment.entries);
        if (outside !== null) checkTree(environment, outside.get(environment.environment_id));
      }
    },
  };
}

/** Every decision, decided again from the log alone, gives the same events on the same facts. */
function reproduced(rows: readonly EntryRow[]): void {
  const again = replayer();
  for (const row of [...rows].sort((a, b) => a.seq - b.seq)) {
    const leaf = JSON.parse(row.leaf.toString('utf8'));
    const verdict = again.entry({ seq: row.seq, ...leaf });
    const stands = verdict.verdict === 'reproduced' || verdict.verdict === 'not-decided';
    must(stands, 'decisions reproduce', () => `${row.seq}: ${JSON.stringify(verdict)}`);
  }
}
