import { failure } from './failure.ts';
import type { Environment, Tables } from './tables.ts';
import type { Slip } from './verdict.ts';

export type Row = { readonly [column: string]: unknown };

/** What a statement may see: the tables as its session's row-level security shows them. */
export type Session = {
  readonly tables: Tables;
  readonly slips: ReadonlySet<Slip>;
  /** Wall clock of the database, ms. */
  readonly wall: number;
  /** Setting `countersign.environment`. */
  environment: string | null;
};

export type Statement = {
  /** How the text begins, white space as one blank, and what else tells it from others. */
  readonly begins: string;
  readonly has?: readonly string[];
  readonly run: (session: Session, values: readonly unknown[]) => readonly Row[];
};

/** A statement that row-level security confines: in another environment it finds nothing. */
export function within(
  session: Session,
  id: unknown,
  run: (environment: Environment) => readonly Row[],
): readonly Row[] {
  const environment = session.environment === id ? session.tables.environments.get(String(id)) : undefined;
  return environment === undefined ? [] : run(environment);
}

/** A function that demands to stand in its environment (`assert_environment`). */
export function standing(session: Session, id: unknown): Environment {
  const environment = session.environment === id ? session.tables.environments.get(String(id)) : undefined;
  if (environment === undefined) throw failure('42501', `the session is not in environment ${String(id)}`);
  return environment;
}
