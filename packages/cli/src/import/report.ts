import type { Paint } from '../kit/io.ts';
import { span } from '../kit/progress.ts';
import { type Cell, clean, count, table } from '../kit/text.ts';
import type { Comparison } from './compare.ts';
import type { PlannedEvent } from './declarations.ts';
import type { Refusal } from './play.ts';

export type Variant = {
  readonly activities: string;
  readonly cases: number;
  readonly executed: number;
  readonly refused: number;
};

export type Report = {
  readonly file: string;
  readonly cases: number;
  readonly events: number;
  readonly executed: number;
  readonly replayed: number;
  readonly refused: readonly Refusal[];
  readonly variants: readonly Variant[];
  readonly comparison: Comparison;
  /** Reopenings that a new submission after a withdrawal needs here and that the source does not record. */
  readonly ownReopenings: number;
  readonly roundedAmounts: number;
  readonly log: {
    readonly origin: string;
    readonly entries: number;
    readonly root: string;
    readonly verdict: string;
    readonly receipts: number;
  };
  readonly ok: boolean;
  readonly ms: number;
};

const activities = ({ case: found }: PlannedEvent): string =>
  found.events.map(({ activity }) => activity).join(' → ');

/** Cases with the same activities in the same order are one variant; the most frequent first. */
export function variantsOf(events: readonly PlannedEvent[], refusals: readonly Refusal[]): Variant[] {
  const refused = Map.groupBy(refusals, (one) => one.case);
  const cases = new Map(events.map((planned) => [planned.case.name, planned]));
  return [...Map.groupBy(cases.values(), activities)]
    .map(([key, found]) => {
      const lost = found.reduce((sum, one) => sum + (refused.get(one.case.name)?.length ?? 0), 0);
      const all = found.reduce((sum, one) => sum + one.case.events.length, 0);
      return { activities: key, cases: found.length, executed: all - lost, refused: lost };
    })
    .sort((a, b) => b.cases - a.cases || (a.activities < b.activities ? -1 : 1));
}

/** How many submissions had an amount that is no amount of money and was rounded to cents. */
export const roundedAmounts = (events: readonly PlannedEvent[]): number =>
  events.filter(
    ({ action, event }) =>
      (action.act === 'submit' || action.act === 'save') &&
      /\.\d{3,}$/.test(event.attributes.get('(case)_Amount') ?? ''),
  ).length;

const SHOWN = 10;

export function reportText(report: Report, paint: Paint): string {
  const { comparison, log } = report;
  const verdict = report.ok
    ? paint.green(paint.bold('Every difference is explained.'))
    : paint.red(paint.bold('There are differences that nobody can explain.'));
  return [
    `${count(report.cases, 'case')}, ${count(report.events, 'event')} in ${span(report.ms)}: ${report.executed.toLocaleString('en-US')} executed${report.replayed === 0 ? '' : ` (${report.replayed.toLocaleString('en-US')} by an earlier run)`}, ${report.refused.length} refused.`,
    refusedText(report.refused),
    variantsText(report.variants, paint),
    `By activity, in the source and in our audit export\n${activitiesText(comparison, paint)}`,
    differencesText(comparison, paint),
    notesText(report),
    `Log ${clean(log.origin)}: ${count(log.entries, 'entry', 'entries')}, root ${log.root}\nVerified offline: ${log.verdict}; ${count(log.receipts, 'receipt')} confirmed.`,
    verdict,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function refusedText(refused: readonly Refusal[]): string {
  if (refused.length === 0) return '';
  const rows = refused
    .slice(0, 50)
    .map((r) => [r.case, `event ${r.event + 1}`, r.activity, r.code, r.reason] satisfies Cell[]);
  const more = refused.length > 50 ? `\n  … and ${refused.length - 50} more` : '';
  return `Refused\n${table(rows, '  ')}${more}`;
}

function variantsText(variants: readonly Variant[], paint: Paint): string {
  const head: Cell[] = ['CASES', 'EXECUTED', 'REFUSED', 'VARIANT'].map((text) => [text, paint.dim]);
  const [with_, without] = [variants.filter((v) => v.refused > 0), variants.filter((v) => v.refused === 0)];
  const rows = [...without.slice(0, SHOWN), ...with_].map((v): Cell[] => [
    String(v.cases),
    String(v.executed),
    v.refused === 0 ? '0' : [String(v.refused), paint.red],
    v.activities.replaceAll('Declaration ', ''),
  ]);
  return `By variant: the ${Math.min(SHOWN, without.length)} most frequent of ${variants.length}${with_.length === 0 ? '' : ', and those with a refusal'}\n${table([head, ...rows], '  ')}`;
}

function activitiesText({ activities: rows }: Comparison, paint: Paint): string {
  const head: Cell[] = ['ACTIVITY', 'SOURCE', 'OURS', 'DIFFERENCE'].map((text) => [text, paint.dim]);
  return table(
    [
      head,
      ...rows.map(({ activity, source, log }): Cell[] => [
        activity,
        source.toLocaleString('en-US'),
        log.toLocaleString('en-US'),
        log === source ? '0' : [String(log - source), paint.yellow],
      ]),
    ],
    '  ',
  );
}

function differencesText({ differences }: Comparison, paint: Paint): string {
  if (differences.length === 0) return '';
  const rows = differences
    .slice(0, 50)
    .map((d): Cell[] => [
      d.case,
      d.activity,
      `${d.source} → ${d.log}`,
      d.explanation ?? ['not explained', paint.red],
    ]);
  return `Differences, case by case\n${table(rows, '  ')}`;
}

function notesText({ ownReopenings, roundedAmounts: rounded }: Report): string {
  return [
    'What the importer made up or derived',
    '  The log names no people: those of a role are made up, and one of them acts for the role in a case.',
    '  Which approvers a submission needs is read from who acted on it before the next one.',
    `  Amounts are rounded to cents: ${count(rounded, 'submission')} had more decimals. The currency is EUR.`,
    `  ${count(ownReopenings, 'reopening')} by the employee: a withdrawn request is reopened before it is submitted again.`,
  ].join('\n');
}
