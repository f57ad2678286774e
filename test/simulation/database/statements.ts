import type { Row, Session, Statement } from './statement.ts';
import { committing } from './statements.commit.ts';
import { directory } from './statements.directory.ts';
import { readers } from './statements.readers.ts';
import { streams } from './statements.streams.ts';
import { tree } from './statements.tree.ts';

const STATEMENTS: readonly Statement[] = [...committing, ...streams, ...directory, ...readers, ...tree];
const known = new Map<string, Statement>();

/** Runs one statement of the server against the tables. @throws Error for one that the simulation does not know. */
export function execute(session: Session, text: string, values: readonly unknown[]): readonly Row[] {
  let statement = known.get(text);
  if (statement === undefined) {
    const words = text.replace(/\s+/g, ' ').trim();
    const fitting = STATEMENTS.filter(({ begins, has = [] }) => {
      return words.startsWith(begins) && has.every((part) => words.includes(part));
    });
    statement = fitting[0];
    if (statement === undefined || fitting.length > 1)
      throw new Error(`${fitting.length} simulated statements fit: ${words}`);
    known.set(text, statement);
  }
  session.tables.statements += 1;
  return statement.run(session, values);
}
