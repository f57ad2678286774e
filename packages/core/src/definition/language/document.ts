import { canonicalJson } from '../../facts/digest.ts';
import type { Definition, DueRange, Duration, Field, Identity, Separation } from '../model.ts';
import { list, optional, record, required } from '../shape/collections.ts';
import { flag, literal, word } from '../shape/scalars.ts';
import { mapped, report, type Shape, warn } from '../shape/shape.ts';
import { byForm, variants } from '../shape/unions.ts';
import { someone } from './assignees.ts';
import { documents, fields } from './fields.ts';
import { fulfil, outcome } from './later.ts';
import { inCurrency } from './lines.ts';
import { money } from './money.ts';
import { parameters } from './parameters.ts';
import { duration, limit } from './quantities.ts';
import { catalogues } from './reasons.ts';
import { number, observers, retain } from './records.ts';
import { sections } from './sections.ts';
import { route } from './steps.ts';
import { localized, names, slug } from './words.ts';

const IDENTITIES: readonly Identity[] = ['requester', 'submitter', 'beneficiary', 'editor'];

type Rule = { readonly never: readonly Identity[] } | { readonly different: readonly string[] };

const rule: Shape<Rule> = variants<Rule>('a rule of separation', {
  never: record({
    never: required(
      list(word('requester', 'submitter', 'beneficiary', 'editor'), 'identities', 0, 4),
      'who decides nothing in their own request',
    ),
  }),
  different: record({
    different: required(
      list(slug('the name of a step', 'legal'), 'steps', 2, 100),
      'steps that different persons decide',
    ),
  }),
});

const separate: Shape<Separation> = mapped(list(rule, 'rules', 0, 100), (rules, at, path, reading) => {
  const never = rules.flatMap((one) => ('never' in one ? [one.never] : []));
  const different = rules.flatMap((one) => ('different' in one ? [one.different.toSorted()] : []));
  const [given, second] = never;
  if (second)
    return report(reading, 'duplicate', at, path, '`never` stands here twice. Make one list of it.');
  for (const steps of different)
    if (new Set(steps).size < steps.length) {
      const twice = steps.find((step, i) => steps[i - 1] === step) ?? '';
      return report(
        reading,
        'duplicate',
        at,
        path,
        `\`${twice}\` stands twice in one list of \`different\`. Keep one.`,
      );
    }
  const seen = new Set(different.map(canonicalJson));
  if (seen.size < different.length)
    return report(reading, 'duplicate', at, path, 'The same `different` stands here twice. Keep one.');
  const off = IDENTITIES.filter((identity) => given !== undefined && !given.includes(identity));
  if (off.length > 0) {
    const message = `${off.join(', ')} may decide in their own request: all four identities are excluded unless \`never\` leaves one out.`;
    warn(reading, 'separation-off', at, path, message);
  }
  return {
    never: IDENTITIES.filter((identity) => given === undefined || given.includes(identity)),
    different: different.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
  };
});

const zone = literal('a time zone, such as `Europe/Berlin`', { type: 'string' }, (name) => {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) return undefined;
  return name === 'Etc/UTC' ? 'UTC' : name;
});

type Due = { readonly within: Duration; readonly range?: DueRange };

/** `10 workdays`, or with what a request may ask for instead: `{ within: 10 workdays, least: 2 workdays, most: 20 workdays }`. */
const due: Shape<Due> = byForm<Due>({
  scalar: mapped(duration, (within): Due => ({ within })),
  map: mapped(
    record({
      within: required(duration, 'promised within, if the request says nothing'),
      least: required(duration, 'the shortest time that a request may ask for'),
      most: required(duration, 'the longest time that a request may ask for'),
    }),
    ({ within, least, most }): Due => ({ within, range: { least, most } }),
  ),
});

/** Money is in the currency of the document, unless it says another. */
function inMoney<T extends Pick<Field, 'type' | 'items' | 'currency'>>(
  one: T,
  money: { readonly currency: string | null } | null,
): T {
  const isMoney = one.type === 'money' || one.items === 'money';
  const fixed = isMoney ? (one.currency ?? money?.currency ?? undefined) : undefined;
  return fixed === undefined ? one : { ...one, currency: fixed };
}

/** The whole document, as people write it, made into the canonical form. */
export const document: Shape<Definition> = mapped(
  record({
    definition: required(slug('the name of the definition', 'purchase-order'), 'the name of the definition'),
    title: optional(localized, null, 'What people see; its name by default'),
    limits: optional(names('a limit', 'small', limit), [], 'Every threshold, once, with its unit'),
    money: optional(money, { currency: null, exchange: null }, 'Currency and exchange rates'),
    time: optional(
      record({
        zone: optional(zone, 'UTC', 'Time zone of calendar days; UTC'),
        calendar: optional(slug('a calendar', 'de-office'), null, 'Whose days and workdays durations follow'),
      }),
      { zone: 'UTC', calendar: null },
      'Time zone',
    ),
    parameters: optional(
      parameters,
      null,
      'Makes this a part, for other definitions to use: what they give it',
    ),
    fields: optional(fields, [], 'The fields of a request, in form order'),
    documents: optional(documents, [], 'The documents of a request'),
    separate: optional(separate, { never: IDENTITIES, different: [] }, 'Segregation of duties'),
    route: required(route, 'the steps, read from top to bottom'),
    reopen: optional(
      record({ by: required(someone, 'who may reopen') }),
      null,
      'Who may reopen a closed request',
    ),
    confidential: optional(flag, false, 'Do only participants know of its requests? Default: false'),
    due: optional(due, null, 'Promised within'),
    expire: optional(duration, null, 'Ended after, if still undecided'),
    number: optional(number, null, 'Human number, such as CON-{year}-{seq}'),
    observers: optional(observers, null, 'Who may know of its requests, and decides nothing by that'),
    sections: optional(sections, null, 'Sections of the form, in their order'),
    reasons: optional(catalogues, null, 'Reason codes by decision'),
    fulfil: optional(fulfil, null, 'Effects of an approval, in order'),
    outcome: optional(outcome, null, 'Effects of other outcomes'),
    retain: optional(retain, null, 'Retention schedule'),
  }),
  (value): Definition => ({
    definition: value.definition,
    title: value.title ?? { en: value.definition },
    limits: Object.fromEntries(value.limits.map((one) => [one.name, one.value])),
    ...(value.money.exchange === null ? {} : { money: value.money.exchange }),
    time: {
      zone: value.time.zone,
      ...(value.time.calendar === null ? {} : { calendar: value.time.calendar }),
    },
    ...(value.sections === null ? {} : { sections: value.sections }),
    fields: value.fields.map(({ name, value: field }) => ({
      name,
      ...inMoney(field, value.money),
      ...(field.columns === undefined
        ? {}
        : { columns: inCurrency(field.columns, value.money?.currency ?? undefined) }),
    })),
    documents: value.documents.map(({ name, value: slot }) => ({ name, ...slot })),
    ...(value.parameters === null
      ? {}
      : {
          parameters: value.parameters.map(({ name, value: one }) => ({
            name,
            ...inMoney(one, value.money),
          })),
        }),
    separate: value.separate,
    ...(value.reasons === null ? {} : { reasons: value.reasons }),
    route: value.route,
    ...(value.confidential ? { confidential: true as const } : {}),
    ...(value.number === null ? {} : { number: value.number }),
    ...(value.observers === null ? {} : { observers: value.observers }),
    ...(value.retain === null ? {} : { retain: value.retain }),
    reopen: value.reopen?.by ?? null,
    due: value.due?.within ?? null,
    ...(value.due?.range === undefined ? {} : { dueRange: value.due.range }),
    expire: value.expire,
  }),
);
