import type { Fault, Findings, Verification } from '@countersign/ledger';
import type { Paint } from '../kit/io.ts';
import { clean, count } from '../kit/text.ts';

type Line = { readonly mark: 'yes' | 'no' | 'note'; readonly text: string };

const NO_EXPORT = 'It does not begin as an export does: `countersign audit export -o <file>` makes one.';

const yes = (text: string): Line => ({ mark: 'yes', text });
const note = (text: string): Line => ({ mark: 'note', text });

/** What was checked and found, one line each, and the verdict last. */
export function verdictText(verification: Verification, notDecided: number, paint: Paint): string {
  const marks = { yes: paint.green('✓'), no: paint.red('✗'), note: paint.yellow('!') };
  const lines = checklist(verification, notDecided).map(({ mark, text }) => `${marks[mark]} ${clean(text)}`);
  const broken = verification.verdict === 'broken';
  const verdict = (broken ? paint.red : paint.green)(paint.bold(verdictWords(verification)));
  return [...lines, '', `Verdict: ${verdict}`].join('\n');
}

export function verdictWords(verification: Verification): string {
  switch (verification.verdict) {
    case 'intact-and-reproduced':
      return 'intact and reproduced';
    case 'intact-not-reproducible':
      return verification.findings.otherwiseNotReproducible === 0
        ? 'intact, not reproducible because erased'
        : 'intact, not reproduced as a whole';
    case 'intact-not-reexecuted':
      return 'intact, not run again';
    case 'broken':
      return `broken at ${placeOf(verification.fault)}`;
    default: {
      const never: never = verification;
      return never;
    }
  }
}

function placeOf({ seq, within, line }: Fault): string {
  if (seq !== null) return `seq ${seq}`;
  if (within !== null)
    return within.first === within.last
      ? `seq ${within.first}`
      : `one of seq ${within.first} to ${within.last}`;
  return line === null ? 'the export as a whole' : `line ${line}`;
}

function checklist(verification: Verification, notDecided: number): Line[] {
  const { findings } = verification;
  if (verification.verdict === 'broken')
    return [
      ...before(findings),
      ...faults(verification.fault, verification.alsoFound),
      ...(findings.checkpoint === null ? [note(NO_EXPORT)] : []),
    ];
  return [
    ...signature(findings),
    ...entries(findings),
    ...decisions(findings, notDecided),
    ...outside(findings),
  ];
}

function signature({ checkpoint, key, range, complete }: Findings): Line[] {
  if (checkpoint === null || key === null || range === null) return [];
  const trust =
    key.trust === 'given'
      ? yes(`The checkpoint is signed by ${key.name}, whose key you gave.`)
      : note(
          `The checkpoint is signed by ${key.name}; the key is the export's own. Give --key to know whose it is.`,
        );
  const whole = complete
    ? yes(`The export is the whole log: entries 1 to ${range.last}.`)
    : note(`The export is a part of the log: entries ${range.first} to ${range.last} of ${checkpoint.size}.`);
  return [trust, whole];
}

const entries = ({ entries: n, sealedValues, restores }: Findings): Line[] => [
  yes(
    `${count(n, 'entry', 'entries')}: each unaltered, in its place, and chained to the one before it in its stream.`,
  ),
  yes('Their tree has the root that was signed: none is missing, and none was added.'),
  ...(sealedValues === 0
    ? []
    : [yes(`${count(sealedValues, 'sealed value')}: each is the one that its entry committed to.`)]),
  ...restores.map(({ seq, kept, lost }) =>
    note(`Entry ${seq} declares a restore: entries ${kept + 1} to ${lost} were lost.`),
  ),
];

function decisions(findings: Findings, notDecided: number): Line[] {
  const { reproduced, erased, otherwiseNotReproducible, notReproducible } = findings;
  const [first] = notReproducible;
  return [
    yes(
      `${count(reproduced - notDecided, 'command')} decided again with the same outcome` +
        (notDecided === 0
          ? '.'
          : `; ${count(notDecided, 'entry', 'entries')} on keys, clock and documents decide nothing.`),
    ),
    ...(erased === 0
      ? []
      : [note(`${count(erased, 'entry', 'entries')} cannot be run again: what they need was erased.`)]),
    ...(otherwiseNotReproducible === 0
      ? []
      : [
          note(
            `${count(otherwiseNotReproducible, 'entry', 'entries')} cannot be run again: ${first?.detail ?? 'no reason given'}.`,
          ),
        ]),
  ];
}

function outside({ receiptsConfirmed, receiptsLost, knownCheckpoint }: Findings): Line[] {
  return [
    ...(knownCheckpoint === 'extended' ? [yes('The log extends the checkpoint that you gave.')] : []),
    ...(knownCheckpoint === 'lost-in-a-declared-restore'
      ? [note('The checkpoint that you gave is from before a declared restore, which lost entries.')]
      : []),
    ...(receiptsConfirmed === 0
      ? []
      : [yes(`${count(receiptsConfirmed, 'receipt')}: each names its entry.`)]),
    ...receiptsLost.map(({ seq }) => note(`The entry of receipt ${seq} was lost in a declared restore.`)),
  ];
}

const before = (findings: Findings): Line[] => [
  ...signature(findings),
  ...(findings.entries === 0
    ? []
    : [note(`${count(findings.entries, 'entry', 'entries')} were read before the fault was certain.`)]),
];

const faults = (fault: Fault, others: readonly Fault[]): Line[] =>
  [fault, ...others].map((one) => ({
    mark: 'no',
    text: `${placeOf(one)}${one.stream === null ? '' : ` (${one.stream})`}: ${one.words} (${one.code}${one.line === null ? '' : `, line ${one.line}`})`,
  }));
