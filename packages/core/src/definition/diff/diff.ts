import type { Definition, DocumentSlot, Field, Localized, Observer, Parameter, Section } from '../model.ts';
import type { Change } from './change.ts';
import { diffSteps } from './steps.ts';
import { assigneesWords, durationWords, limitWords, listWords, titleWords, toleranceWords } from './words.ts';

/** What changes from `a` to `b`. Empty exactly if both have one digest. */
export function diffDefinitions(a: Definition, b: Definition): readonly Change[] {
  return [
    ...whole(a, b),
    ...byName('limits', 'Limit', a.limits, b.limits, limitWords),
    ...byName(
      'parameters',
      'Parameter',
      named(a.parameters ?? []),
      named(b.parameters ?? []),
      parameterWords,
    ),
    ...order('parameters', a.parameters ?? [], b.parameters ?? []),
    ...byName('fields', 'Field', fieldsOf(a), fieldsOf(b), fieldWords),
    ...order('fields', a.fields, b.fields),
    ...byName('sections', 'Section', named(a.sections ?? []), named(b.sections ?? []), sectionWords),
    ...order('sections', a.sections ?? [], b.sections ?? []),
    ...byName('documents', 'Document', documentsOf(a), documentsOf(b), documentWords),
    ...order('documents', a.documents, b.documents),
    ...byName('reasons', 'Reason', reasonsOf(a), reasonsOf(b), titleWords),
    ...separation(a, b),
    ...diffSteps(a, b),
  ];
}

function whole(a: Definition, b: Definition): readonly Change[] {
  const words = (d: Definition): { readonly [path: string]: string } => ({
    definition: d.definition,
    title: titleWords(d.title),
    money: moneyWords(d),
    time: `zone ${d.time.zone}${d.time.calendar === undefined ? '' : `, calendar ${d.time.calendar}`}`,
    due: dueWords(d),
    expire: durationWords(d.expire),
    part: d.parameters ? 'true' : 'false',
    confidential: d.confidential ? 'true' : 'false',
    number: d.number ?? 'none',
    observers: listWords((d.observers ?? []).map(observerWords)),
    retain: d.retain ?? 'none',
    reopen: d.reopen ? assigneesWords(d.reopen) : 'nobody but requester and submitter',
  });
  return byName('', 'The member', words(a), words(b), (text) => text).map((change) => ({
    ...change,
    path: change.path.slice(1),
  }));
}

const observerWords = (observer: Observer): string => Object.entries(observer).flat().join(' ');

const moneyWords = ({ money }: Definition): string => {
  if (money === undefined) return 'no exchange rates';
  const day = money.asOf === 'submission' ? 'the submission' : money.asOf.expression;
  return `compared in ${money.currency}, rates of ${money.rates} as of ${day}, at most ${durationWords(money.oldest)} old`;
};

const dueWords = ({ due, dueRange }: Definition): string =>
  dueRange === undefined
    ? durationWords(due)
    : `${durationWords(due)}, on request ${durationWords(dueRange.least)} to ${durationWords(dueRange.most)}`;

function byName<T>(
  list: string,
  what: string,
  a: { readonly [name: string]: T },
  b: { readonly [name: string]: T },
  words: (value: T) => string,
): readonly Change[] {
  const changes: Change[] = [];
  for (const [name, value] of Object.entries(a))
    if (!Object.hasOwn(b, name))
      changes.push({
        change: 'removed',
        path: `${list}.${name}`,
        message: `${what} ${name} is removed (${words(value)}).`,
      });
  for (const [name, value] of Object.entries(b)) {
    const path = `${list}.${name}`;
    const old = Object.hasOwn(a, name) ? a[name] : undefined;
    if (old === undefined)
      changes.push({ change: 'added', path, message: `${what} ${name} is added: ${words(value)}.` });
    else if (words(old) !== words(value))
      changes.push({
        change: 'changed',
        path,
        message: `${what} ${name} changes from ${words(old)} to ${words(value)}.`,
      });
  }
  return changes;
}

const named = <T extends { readonly name: string }>(items: readonly T[]): { readonly [name: string]: T } =>
  Object.fromEntries(items.map((item) => [item.name, item]));
const fieldsOf = (d: Definition): { readonly [name: string]: Field } => named(d.fields);
const sectionWords = ({ title }: Section): string => titleWords(title);
const documentsOf = (d: Definition): { readonly [name: string]: DocumentSlot } => named(d.documents);

/** By decision and code. */
const reasonsOf = (d: Definition): { readonly [name: string]: Localized } =>
  Object.fromEntries(
    (d.reasons ?? []).flatMap(({ decision, codes }) =>
      codes.map(({ code, text }) => [`${decision}.${code}`, text]),
    ),
  );

function fieldWords(field: Field): string {
  const parts = [
    field.items === undefined ? field.type : `${field.type} of ${field.items}`,
    field.required ? 'required' : 'optional',
    ...(field.personal ? ['personal'] : []),
    ...(field.of === undefined ? [] : [`one of ${field.of.join(' | ')}`]),
    ...(field.to === undefined ? [] : [`to ${field.to}`]),
    ...(field.currency === undefined ? [] : [`in ${field.currency}`]),
    ...(field.max === undefined ? [] : [`at most ${field.max}`]),
    ...(field.tolerance === undefined ? [] : [`tolerance ${toleranceWords(field.tolerance)}`]),
    ...(field.section === undefined ? [] : [`in section ${field.section}`]),
    ...(field.visible === undefined ? [] : [`shown if ${field.visible}`]),
    ...(field.compute === undefined ? [] : [`computed as ${field.compute}`]),
    ...(field.title === undefined ? [] : [titleWords(field.title)]),
    ...(field.columns ?? []).map((column) => `column ${column.name} (${fieldWords(column)})`),
  ];
  return parts.join(', ');
}

function parameterWords({ default: absent, ...parameter }: Parameter): string {
  const words = fieldWords({ ...parameter, required: absent === undefined, personal: false });
  return absent === undefined ? words : `${words}, otherwise ${absent}`;
}

function documentWords(slot: DocumentSlot): string {
  const accept = slot.accept.length === 0 ? 'any type' : slot.accept.join(' | ');
  return `${slot.required ? 'required' : 'optional'}, ${slot.many ? 'several' : 'one'}, ${accept}`;
}

function order(
  path: string,
  a: readonly { readonly name: string }[],
  b: readonly { readonly name: string }[],
): readonly Change[] {
  const names = (items: typeof a, others: typeof a): string =>
    items.flatMap(({ name }) => (others.some((other) => other.name === name) ? [name] : [])).join(', ');
  const [was, is] = [names(a, b), names(b, a)];
  return was === is
    ? []
    : [{ change: 'moved', path, message: `The order of ${path} changes from ${was} to ${is}.` }];
}

function separation(a: Definition, b: Definition): readonly Change[] {
  const changes: Change[] = [];
  const never = (d: Definition): string => listWords(d.separate.never);
  const path = 'separate';
  if (never(a) !== never(b))
    changes.push({
      change: 'changed',
      path,
      message: `Excluded from deciding: from ${never(a)} to ${never(b)}.`,
    });
  const rules = (d: Definition): readonly string[] => d.separate.different.map(listWords);
  for (const rule of rules(a))
    if (!rules(b).includes(rule))
      changes.push({ change: 'removed', path, message: `No longer decided by different persons: ${rule}.` });
  for (const rule of rules(b))
    if (!rules(a).includes(rule))
      changes.push({ change: 'added', path, message: `Now decided by different persons: ${rule}.` });
  return changes;
}
