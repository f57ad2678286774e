import type { DirectoryChange } from '@countersign/core';
import { type Environment, name, type Tables } from '../database/tables.ts';
import type { Answer, Operation } from '../world/operation.ts';
import { type Entry, requestEvents } from './entry.ts';
import { must } from './violation.ts';

/** What clients were told, held against the log; and what they may rely on from then on. */
export function answersCheck(tables: Tables) {
  const told = new Map<string, { readonly operation: Operation; readonly answer: Answer }>();
  /** Entries by environment and correlation: the idempotency key of the call. */
  const effects = new Map<string, number>();
  /** Versions of streams that somebody was told of. */
  const versions = new Map<string, number>();
  /** Persons whose removal was acknowledged, by environment. */
  const gone = new Set<string>();

  const environmentOf = (id: string): Environment => {
    const found = tables.environments.get(id);
    if (found === undefined) throw new Error(`no environment ${id}`);
    return found;
  };

  function stands({ environment: id, id: key, service }: Operation, answer: Answer): void {
    const environment = environmentOf(id);
    const where = `${key} in ${id}, answered ${answer.status} as entry ${answer.seq}`;
    const effect = effects.get(name(id, service, key));
    must(effect === (answer.seq ?? undefined), 'an acknowledged command is in the log exactly once', () => {
      return `${where}: its entry is ${effect ?? 'not there'}`;
    });
    const stored = environment.answers.get(name(service, key));
    must(
      stored?.answer === answer.text,
      'a repeated call gets the same answer',
      () => `${where}: ${stored?.answer}`,
    );
    if (answer.seq === null) return;
    const row = environment.entries.find((one) => one.seq === answer.seq);
    const same = row?.leaf_hash.toString('hex') === answer.leaf;
    must(same, 'an acknowledged command is in the log exactly once', () => `${where}: another leaf`);
    const known = name(id, row?.stream_id ?? '');
    versions.set(known, Math.max(versions.get(known) ?? 0, row?.version ?? 0));
  }

  /** From the acknowledgement of its revocation on, no decision under an authority commits. */
  function revoked({ environment, act }: Operation, seq: number): void {
    if (act.kind !== 'directory') return;
    for (const change of act.changes) {
      const person = removed(change);
      if (person === null) continue;
      const again = environmentOf(environment).people.some(
        (row) => row.person === person && row.recorded_from > seq && row.active,
      );
      if (!again) gone.add(name(environment, person));
    }
  }

  return {
    see(environment: string, entries: readonly Entry[]): void {
      for (const { row, leaf } of entries) {
        for (const event of leaf.events) {
          const { type, person, active } = event as { type: string; person?: string; active?: boolean };
          if (type === 'person.recorded' && active && person) gone.delete(name(environment, person));
        }
        for (const event of leaf.kind === 'request' ? requestEvents(leaf) : []) {
          if (event.type !== 'decision.recorded') continue;
          const { person, principal } = event.decision;
          const late = [person, principal].find((one) => gone.has(name(environment, one)));
          must(late === undefined, 'no decision commits after an acknowledged revocation', () => {
            return `entry ${row.seq} of ${environment}: ${late} was removed before`;
          });
        }
        if (leaf.correlation === null) continue;
        const [service = ''] = [`svc_${leaf.correlation.split('-')[0]}`];
        const call = name(environment, service, leaf.correlation);
        must(!effects.has(call), 'a repeated call has no second effect', () => {
          return `${leaf.correlation} made entry ${effects.get(call)} of ${environment}, and ${row.seq}`;
        });
        effects.set(call, row.seq);
        const before = told.get(call);
        must(before === undefined, 'a repeated call has no second effect', () => {
          return `${leaf.correlation} was answered ${before?.answer.status}, and made entry ${row.seq} afterwards`;
        });
      }
    },
    answered(operation: Operation, answer: Answer): void {
      const call = name(operation.environment, operation.service, operation.id);
      const before = told.get(call)?.answer;
      must(
        before === undefined ||
          (before.text === answer.text && before.status === answer.status && before.seq === answer.seq),
        'a repeated call gets the same answer',
        () => `${operation.id}: ${JSON.stringify(before)}, and then ${JSON.stringify(answer)}`,
      );
      told.set(call, { operation, answer });
      stands(operation, answer);
      if (answer.seq !== null) revoked(operation, answer.seq);
    },
    version: (environment: string, stream: string): number => versions.get(name(environment, stream)) ?? 0,
    /** Whatever was acknowledged still stands. */
    atEnd(): void {
      for (const { operation, answer } of told.values()) stands(operation, answer);
    },
  };
}

const removed = (change: DirectoryChange): string | null =>
  change.change === 'person' && !change.active ? change.person : null;
