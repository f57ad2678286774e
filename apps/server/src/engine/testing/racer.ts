/**
 * A server process of its own for the race tests. Arguments: database address, environment, stream, first and last
 * number of the persons that approve at once. Says `ready`, waits for a line, then reports each outcome and its seq.
 */
import { ballotCommand } from './ballot.ts';
import { testProcess } from './process.ts';

const [url = '', environment = '', stream = '', first = '0', last = '0'] = process.argv.slice(2);
const mine = testProcess(url);
await mine.engine.environment(environment);
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.destroy();

const people = Array.from({ length: Number(last) - Number(first) }, (_, i) => `usr_${Number(first) + i}`);
await Promise.all(
  people.map(async (person) => {
    const done = await mine.engine
      .execute(ballotCommand(environment, stream, { type: 'approve', person }))
      .catch((error: Error) => ({ outcome: error.name, seq: 0 }));
    process.stdout.write(`${JSON.stringify([person, done.outcome, 'seq' in done ? done.seq : 0])}\n`);
  }),
);
await mine.stop();
