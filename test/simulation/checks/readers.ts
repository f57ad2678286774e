import { name, type Tables } from '../database/tables.ts';
import { isPoison } from '../world/post.ts';
import { must } from './violation.ts';

const NAMES = ['recheck', 'search', 'witness'];

/** Readers of the log see each entry, in order, at least once; their positions only go forward, and never beyond it. */
export function readersCheck(tables: Tables) {
  const received = new Map<string, number>();
  const positions = new Map<string, number>();

  return {
    /** The receiver outside: the first time that it has an entry, it has had all before. */
    delivered(environment: string, seq: number): void {
      const before = received.get(environment) ?? 0;
      if (seq <= before) return;
      let next = before + 1;
      while (isPoison(next)) next += 1;
      must(seq === next, 'a reader sees each entry once, in order', () => {
        return `${environment}: ${seq} arrives after ${before}`;
      });
      received.set(environment, seq);
    },
    see(): void {
      for (const [id, environment] of tables.environments) {
        for (const [reader, seq] of environment.positions) {
          const before = positions.get(name(id, reader)) ?? 0;
          const follows = seq >= before && seq <= environment.head.seq;
          must(
            follows,
            'a reader sees each entry once, in order',
            () => `${reader} of ${id}: ${before}, then ${seq}`,
          );
          positions.set(name(id, reader), seq);
        }
      }
    },
    caughtUp(): boolean {
      return [...tables.environments.values()].every(({ head, positions: own }) =>
        NAMES.every((reader) => own.get(reader) === head.seq),
      );
    },
    atEnd(): void {
      for (const [id, { head, poison }] of tables.environments) {
        for (let seq = 1; seq <= head.seq; seq += 1) {
          const aside = poison.has(name('witness', seq));
          must(
            aside === isPoison(seq),
            'a poison entry is set aside, and nothing else',
            () => `${id}: ${seq}`,
          );
        }
        const last = received.get(id) ?? 0;
        let end = head.seq;
        while (isPoison(end)) end -= 1;
        must(
          last === end,
          'a reader sees each entry once, in order',
          () => `${id}: ${last} of ${end} arrived`,
        );
        must(
          poison.size === Math.floor(head.seq / 29),
          'a poison entry is set aside, and nothing else',
          () => {
            return `${id}: ${[...poison.keys()].join(', ')}`;
          },
        );
      }
    },
  };
}
