import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CountersignUnavailable } from '@countersign/sdk';
import { integer } from 'cleye/formats';
import { readPlan } from '../import/plan.ts';
import { reportText } from '../import/report.ts';
import { runImport } from '../import/run.ts';
import { definitionName, misfits } from '../import/setup.ts';
import { command } from '../kit/command.ts';
import { connect, connectionFlags } from '../kit/connection.ts';
import { Refused, UsageError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit.ts';
import { readText } from '../kit/files.ts';

const EXAMPLE = fileURLToPath(
  new URL('../../../../examples/expense-declaration/definition.yaml', import.meta.url),
);

export const importXes = command({
  name: 'import xes',
  summary: 'Play a log of expense declarations through the API, and check the result',
  about:
    'Reads an XES event log (gzipped or not), plays every event in the order of time on the clock of an empty sandbox, then exports our own log, verifies it offline and compares what it holds with the source, case by case. Killed, it goes on where it was when the same command is run again. Exit code 1 if a difference cannot be explained.',
  parameters: ['<file>'],
  stoppable: true,
  flags: {
    limit: { type: integer(), placeholder: '<n>', description: 'Only the first n cases' },
    seed: {
      type: String,
      default: '',
      placeholder: '<text>',
      description: 'Casts the made-up people differently',
    },
    definition: {
      type: String,
      default: EXAMPLE,
      placeholder: '<file>',
      description: 'Default: examples/expense-declaration',
    },
    report: { type: String, placeholder: '<file>', description: 'Write the whole report here, as JSON' },
    export: { type: String, placeholder: '<file>', description: 'Keep the audit export here' },
    ...connectionFlags,
  },
  examples: [
    'COUNTERSIGN_RATE_LIMIT=1000000 countersign start --empty --seed uni --clock 2017-01-01T00:00:00Z',
    'countersign import xes DomesticDeclarations.xes.gz --report report.json',
  ],
  async run({ args, flags, io, output }) {
    if (flags.limit !== undefined && flags.limit < 1) throw new UsageError('--limit must be at least 1.');
    const source = readText(flags.definition);
    const wrong = misfits(source);
    if (wrong.length > 0)
      throw new Refused(
        'definition-unfit',
        `${flags.definition} is not for these declarations. ${wrong.join(' ')}`,
      );
    const plan = await readPlan(args.file, flags.limit ?? null);
    const scratch = flags.export === undefined ? mkdtempSync(path.join(tmpdir(), 'countersign-')) : null;
    try {
      const report = await runImport(
        connect(flags, io, { attempts: 8, patienceMs: 120_000 }),
        plan,
        {
          file: args.file,
          source,
          definition: definitionName(source),
          seed: flags.seed,
          exportFile: flags.export ?? path.join(scratch ?? '.', 'audit.jsonl'),
        },
        io,
        output.note,
      ).catch(sayHowToGoOn);
      if (flags.report !== undefined) writeFileSync(flags.report, `${JSON.stringify(report, null, 2)}\n`);
      output.result(report, (paint) => reportText(report, paint));
      return report.ok ? EXIT.ok : EXIT.refused;
    } finally {
      if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
    }
  },
});

/** Of one call among thousands nobody needs the key: the same command repeats them all. */
function sayHowToGoOn(error: unknown): never {
  if (!(error instanceof CountersignUnavailable)) throw error;
  const message = `${error.message}; run the same command again to go on from here`;
  throw new CountersignUnavailable(message, { ...error, idempotencyKey: null });
}
