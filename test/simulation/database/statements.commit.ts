import { commit } from './commit.ts';
import { type Statement, within } from './statement.ts';
import { name } from './tables.ts';

/** The commit itself, and what surrounds it. */
export const committing: readonly Statement[] = [
  { begins: 'set statement_timeout', run: () => [] },
  { begins: 'set plan_cache_mode', run: () => [] },
  {
    begins: "select set_config('countersign.environment', $1, false)",
    run: (session, [environment]) => {
      session.environment = String(environment);
      return [];
    },
  },
  {
    begins: 'select * from countersign.commit(',
    run: ({ tables, slips }, values) => commit(tables, values, slips),
  },
  {
    begins: 'select request_digest, status, answer, seq, leaf_hash from countersign.idempotency',
    run: (session, [id, principal, key]) =>
      within(session, id, ({ answers }) => {
        const row = answers.get(name(String(principal), String(key)));
        return row === undefined ? [] : [row];
      }),
  },
  {
    begins: 'select e.kind, e.clock_mode',
    run: (session, [id]) =>
      within(session, id, (environment) => [
        { ...environment, clock_revision: environment.head.clock_revision },
      ]),
  },
];
