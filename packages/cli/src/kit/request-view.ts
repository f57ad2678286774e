import type { ApprovalRequest, Client, Override, Step } from '@countersign/sdk';
import { routeOrder } from './definition.ts';
import type { Paint } from './io.ts';
import { type Names, namesOf } from './people.ts';
import { type Cell, clean, type Painter, table, valueText, when } from './text.ts';
import { rungText } from './why-words.ts';

/** Reads what the view needs besides the request, and returns it as a text. */
export async function requestView(
  client: Client,
  request: ApprovalRequest,
): Promise<(paint: Paint) => string> {
  const people = [
    request.requester,
    request.beneficiary,
    request.submitter,
    ...request.assignments.filter(({ status }) => status === 'open').map(({ person }) => person),
    ...request.additions.map(({ person }) => person),
    ...request.observers.flatMap((one) => ('user' in one ? [one.user] : [])),
    ...request.overrides.flatMap(({ person, review }) => [person, review?.by ?? person]),
    ...request.decisions.flatMap(({ person, onBehalfOf }) => [person, onBehalfOf ?? person]),
  ];
  const names = await namesOf(client, people);
  const order = await routeOrder(client, request.definition);
  return (paint) =>
    [head(request, names, paint), content(request), route(request, order, names, paint)]
      .filter((part) => part !== '')
      .join('\n\n');
}

export function statusText(
  {
    status,
    outcome,
    overridden = false,
  }: { readonly status: string; readonly outcome: string | null; readonly overridden?: boolean },
  paint: Paint,
): readonly [string, Painter] {
  const text = `${outcome ?? status.replace('_', ' ')}${overridden ? ' (overridden)' : ''}`;
  if (outcome === 'approved') return [text, paint.green];
  if (outcome === 'rejected' || status === 'blocked') return [text, paint.red];
  return [text, outcome === null ? paint.yellow : paint.dim];
}

function head(request: ApprovalRequest, names: Names, paint: Paint): string {
  const { definition, externalReference, requester, beneficiary, submitter, hold, revision, effects } =
    request;
  const observers = request.observers.map((one) =>
    'user' in one ? names(one.user) : Object.entries(one).flat().join(' '),
  );
  const done = Object.entries(effects).map(([effect, state]) => `${effect} ${state}`);
  const rows: [string, Cell][] = [
    ['Request', request.id],
    ...(request.number === null ? [] : [['Number', request.number] satisfies [string, Cell]]),
    ['Status', statusText(request, paint)],
    ['Definition', `${definition.name} version ${definition.version}`],
    ...(externalReference === null ? [] : [['Reference', externalReference] satisfies [string, Cell]]),
    ...(request.confidential ? [['Confidential', 'yes'] satisfies [string, Cell]] : []),
    ...(observers.length === 0 ? [] : [['Observers', observers.join(', ')] satisfies [string, Cell]]),
    ...(request.retain === null ? [] : [['Retention', request.retain] satisfies [string, Cell]]),
    ['Requester', names(requester)],
    ...(beneficiary === requester ? [] : [['Beneficiary', names(beneficiary)] satisfies [string, Cell]]),
    ...(submitter === requester ? [] : [['Submitter', names(submitter)] satisfies [string, Cell]]),
    ['Filed', when(request.submittedAt ?? request.createdAt)],
    ...(request.dueAt === null ? [] : [['Due', when(request.dueAt)] satisfies [string, Cell]]),
    ...(hold === null ? [] : [['On hold', hold] satisfies [string, Cell]]),
    ['Revision', `${revision.number}, digest ${revision.digest}`],
    ...(done.length === 0 ? [] : [['Effects', done.join(', ')] satisfies [string, Cell]]),
  ];
  return table(rows.map(([label, cell]) => [[label, paint.dim], cell]));
}

/** Fields and documents of the revision. */
export function content({ revision }: Pick<ApprovalRequest, 'revision'>): string {
  const fields = Object.entries(revision.fields).map(([name, value]) => [name, valueText(value)]);
  const documents = Object.entries(revision.documents).flatMap(([slot, refs]) =>
    refs.map((ref) => [slot, `${ref.document} version ${ref.version}, sha256 ${ref.sha256}`]),
  );
  const rates = revision.rates?.table ? [ratesRow(revision.rates.source, revision.rates.table)] : [];
  const rows = [...fields, ...documents, ...rates];
  return rows.length === 0 ? '' : `Content\n${table(rows, '  ')}`;
}

const ratesRow = (
  source: string,
  { date, base, rates }: NonNullable<NonNullable<ApprovalRequest['revision']['rates']>['table']>,
): [string, string] => {
  const worth = Object.entries(rates).map(([currency, rate]) => `${rate} ${currency}`);
  return ['exchange rates', `${source}, ${date}: 1 ${base} is ${worth.join(', ')}`];
};

const MARKS: { readonly [S in Step['status']]: string } = {
  open: '●',
  blocked: '✗',
  held: '‖',
  waiting: '…',
  approved: '✓',
  rejected: '✗',
  skipped: '–',
  passed: '✓',
  chosen: '→',
};

function route(
  request: ApprovalRequest,
  order: readonly string[] | null,
  names: Names,
  paint: Paint,
): string {
  const reached = new Map(request.steps.map((step) => [step.id, step]));
  const ids = order === null ? [...reached.keys()] : [...order];
  const others = [...reached.keys()].filter(
    (id) => !ids.includes(id) && reached.get(id)?.status !== 'chosen',
  );
  const rows = [...ids, ...others].map((id): Cell[] => {
    const step = reached.get(id);
    if (step === undefined) return [[' ', paint.dim], [id, paint.dim], ['not reached', paint.dim], ''];
    return [MARKS[step.status], id, statusOf(step, paint), who(request, step, names)];
  });
  return rows.length === 0 ? '' : `Route\n${table(rows, '  ')}`;
}

function statusOf({ status, required, rungs }: Step, paint: Paint): Cell {
  const needed = status === 'open' && required > 1 ? `open, ${required} needed` : status;
  const rung = rungs?.find((one) => one.status === 'open')?.rung;
  const text = rung === undefined ? needed : `${needed}, rung ${rungText(rung)}`;
  if (status === 'approved' || status === 'passed') return [text, paint.green];
  if (status === 'rejected' || status === 'blocked') return [text, paint.red];
  return status === 'open' ? [text, paint.yellow] : [text, paint.dim];
}

const reviewOf = ({ id, review }: Override, names: Names): string =>
  review === null ? `not reviewed yet (${id})` : `found ${review.finding} by ${names(review.by)}`;

/** Conditions and end of an approval. */
function termsText({ conditions, validUntil }: ApprovalRequest['decisions'][number]): string {
  const given =
    typeof conditions === 'string' ? ` on condition: “${conditions}”` : conditions ? ' on conditions' : '';
  return `${given}${validUntil === null ? '' : `, valid until ${when(validUntil)}`}`;
}

/** Who has decided and who is asked. */
function who(
  { assignments, decisions, additions, overrides }: ApprovalRequest,
  step: Step,
  names: Names,
): string {
  const decided = decisions
    .filter((d) => d.step === step.id && d.standing)
    .map((d) => {
      const person =
        d.onBehalfOf === null ? names(d.person) : `${names(d.person)} for ${names(d.onBehalfOf)}`;
      const rung = assignments.find((a) => a.id === d.assignment)?.rung;
      const place = rung === undefined ? '' : ` as ${rungText(rung)}`;
      const carried = d.carriedFrom === null ? '' : ' (carried from an earlier decision)';
      const code = d.reasonCode === null ? '' : ` (${d.reasonCode})`;
      const reason = d.reason === null ? code : `${code}: “${d.reason}”`;
      return `${d.decision} by ${person}${place}, ${when(d.at)}${carried}${reason}${termsText(d)}`;
    });
  const overrode = overrides
    .filter((one) => one.step === step.id && one.standing)
    .map(
      (one) => `overridden by ${names(one.person)}, ${when(one.at)}: ${one.reason}; ${reviewOf(one, names)}`,
    );
  const advice = additions
    .filter((one) => one.step === step.id && one.as === 'adviser' && one.status !== 'taken_away')
    .map(
      (one) => `advice ${one.status === 'asked' ? 'asked of' : 'given by'} ${names(one.person)} (${one.id})`,
    );
  const open = assignments
    .filter((a) => a.step === step.id && a.status === 'open')
    .map((a) => `${names(a.person)} (${a.id})`);
  const missing = step.missing.length === 0 ? [] : [`waits for ${step.missing.join(', ')}`];
  return clean(
    [
      ...decided,
      ...overrode,
      ...advice,
      ...(open.length === 0 ? [] : [`asked: ${open.join(', ')}`]),
      ...missing,
    ].join('; '),
  );
}
