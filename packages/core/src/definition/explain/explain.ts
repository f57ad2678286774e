import type {
  Definition,
  DocumentSlot,
  Exchange,
  Field,
  Node,
  Parallel,
  Parameter,
  Sequence,
  Tolerance,
} from '../model.ts';
import { conditionWords, localText, quotedExpression, type Telling, valueWords } from './condition.ts';
import { english } from './english.ts';
import { german } from './german.ts';
import type { Language, Phrases } from './phrases.ts';
import { approveWords, assigneeWords, checkWords, useWords } from './step.ts';

const PHRASES: { readonly [language in Language]: Phrases } = { en: english, de: german };

/**
 * The whole of a definition in plain words: what a request holds, who decides what and when, and what follows. Names
 * every step and spells every limit out. Lines without a line break; deeper ones are indented.
 */
export function explainDefinition(definition: Definition, language: Language): readonly string[] {
  const say = PHRASES[language];
  const telling = { definition, say };
  const { headings } = say;
  const { parameters } = definition;
  const asked = [
    ...(parameters ?? []).map((one) => `- ${parameterLine(telling, one)}`),
    ...formLines(telling),
    ...definition.documents.map((slot) => `- ${documentLine(telling, slot)}`),
  ];
  return [
    `${localText(definition.title, language) ?? definition.definition} (${definition.definition})`,
    ...(parameters === undefined ? [] : [say.part.isPart]),
    ...(asked.length === 0 ? [] : ['', parameters ? say.part.heading : headings.request, ...asked]),
    '',
    headings.route,
    ...steps(telling, definition.route, '', ''),
    ...(parameters
      ? []
      : [say.end.approved, '', headings.times, ...times(telling).map((line) => `- ${line}`)]),
    '',
    headings.rules,
    ...rules(telling).map((line) => `- ${line}`),
  ];
}

/** The fields in the order of the form: those of no section first. */
function formLines(telling: Telling): string[] {
  const { definition, say } = telling;
  const of = (section: string | undefined): string[] =>
    definition.fields
      .filter((field) => field.section === section)
      .flatMap((field) => [
        `- ${fieldLine(telling, field)}`,
        ...(field.columns ?? []).map((column) => `  - ${fieldLine(telling, column)}`),
      ]);
  const inSections = (definition.sections ?? []).flatMap(({ name, title }) => [
    say.field.section(say.quote(localText(title ?? {}, say.language) ?? name)),
    ...of(name),
  ]);
  return [...of(undefined), ...inSections];
}

function fieldLine(telling: Telling, field: Field): string {
  const { say } = telling;
  const words = say.field;
  const one = words.type[field.items ?? field.type] ?? field.type;
  const title = field.title && localText(field.title, say.language);
  const parts = [
    field.items === undefined ? one : words.listOf(one),
    ...(field.of === undefined ? [] : [words.of(field.of.join(', '))]),
    ...(field.currency === undefined ? [] : [words.in(field.currency)]),
    ...(field.to === undefined ? [] : [`(${field.to})`]),
  ];
  const more = [
    ...(field.compute === undefined || field.required
      ? [field.required ? words.required : words.optional]
      : []),
    ...(field.personal ? [words.personal] : []),
    ...(field.max === undefined
      ? []
      : [field.type === 'lines' ? words.rows(field.max) : words.max(field.max)]),
    ...(field.tolerance === undefined ? [] : [words.tolerance(toleranceWords(say, field.tolerance))]),
    ...(field.visible === undefined ? [] : [words.visible(conditionWords(telling, field.visible))]),
    ...(field.compute === undefined ? [] : [words.computed(quotedExpression(telling, field.compute))]),
  ];
  return `${field.name}${title === undefined ? '' : ` ${say.quote(title)}`}: ${[parts.join(' '), ...more].join(', ')}`;
}

function parameterLine(telling: Telling, { default: absent, ...parameter }: Parameter): string {
  const { say } = telling;
  const line = fieldLine(telling, { ...parameter, required: absent === undefined, personal: false });
  return absent === undefined ? line : `${line}, ${say.part.otherwise(valueWords(telling, absent))}`;
}

const toleranceWords = (say: Phrases, tolerance: Tolerance): string =>
  'share' in tolerance
    ? `${say.number(tolerance.share)} %`
    : [say.number(tolerance.amount), tolerance.currency].join(' ').trim();

function documentLine({ say }: Telling, slot: DocumentSlot): string {
  const words = say.field;
  const parts = [
    slot.accept.length === 0 ? words.document : `${words.document} (${slot.accept.join(', ')})`,
    slot.required ? words.required : words.optional,
    ...(slot.many ? [words.many] : []),
  ];
  return `${slot.name}: ${parts.join(', ')}`;
}

/** Steps numbered by their place: `2.1` is the first inside the second. */
function steps(telling: Telling, nodes: readonly Node[], prefix: string, indent: string): string[] {
  return nodes.flatMap((node, i) => {
    const number = `${prefix}${i + 1}`;
    const inner = `${indent}   `;
    const line = ({ head, more }: { readonly head: string; readonly more: readonly string[] }): string[] => [
      `${indent}${number}. ${head}`,
      ...more.map((sentence) => `${inner}${sentence}`),
    ];
    return describe(telling, node, number, inner, line);
  });
}

type Line = (words: { readonly head: string; readonly more: readonly string[] }) => string[];

function describe(telling: Telling, node: Node, number: string, inner: string, line: Line): string[] {
  const { say } = telling;
  switch (node.kind) {
    case 'approve':
      return line(approveWords(telling, node));
    case 'check':
      return line(checkWords(telling, node));
    case 'sequence':
      if (node.use)
        return [
          ...line(useWords(telling, node, node.use)),
          ...steps(telling, node.steps, `${number}.`, inner),
        ];
      return group(telling, node, number, inner, line);
    case 'parallel':
      return group(telling, node, number, inner, line);
    case 'choose': {
      const cases = node.branches.flatMap((branch, i) => {
        const label = `${number}${letter(i)}`;
        const head =
          branch.when === null ? say.route.otherwise : say.route.case(conditionWords(telling, branch.when));
        const inside = steps(telling, branch.steps, `${label}.`, `${inner}   `);
        const passed = branch.pass === null ? [] : [`${inner}   ${say.route.passed(branch.pass)}`];
        return [`${inner}${label}. ${head}`, ...inside, ...passed];
      });
      return [...line({ head: `${say.route.choose(node.id)}:`, more: [] }), ...cases];
    }
    default: {
      const never: never = node;
      return never;
    }
  }
}

function group(
  telling: Telling,
  node: Sequence | Parallel,
  number: string,
  inner: string,
  line: Line,
): string[] {
  const { say } = telling;
  const more = node.when === null ? [] : [say.onlyIf(conditionWords(telling, node.when))];
  const head = `${say.route[node.kind](node.id)}:`;
  return [...line({ head, more }), ...steps(telling, node.steps, `${number}.`, inner)];
}

/** a, b … z, aa, ab … */
const letter = (i: number): string =>
  `${i < 26 ? '' : letter(Math.floor(i / 26) - 1)}${String.fromCharCode(97 + (i % 26))}`;

function times({ definition, say }: Telling): string[] {
  const { due, dueRange, expire, time } = definition;
  return [
    due === null ? say.end.noDue : say.end.due(say.duration(due)),
    ...(dueRange === undefined
      ? []
      : [say.end.dueRange(say.duration(dueRange.least), say.duration(dueRange.most))]),
    expire === null ? say.end.noExpire : say.end.expire(say.duration(expire)),
    say.end.zone(time.zone, time.calendar),
  ];
}

function ratesWords(telling: Telling, { currency, rates, asOf, oldest }: Exchange): string {
  const { say } = telling;
  const day = asOf === 'submission' ? null : valueWords(telling, asOf.expression);
  return say.end.rates(currency, rates, day, say.duration(oldest));
}

function rules(telling: Telling): string[] {
  const { definition, say } = telling;
  const { never, different } = definition.separate;
  const { money } = definition;
  return [
    never.length === 0
      ? say.end.nobodyExcluded
      : say.end.excluded(
          say.list(
            never.map((one) => say.identity[one]),
            say.or,
          ),
        ),
    ...different.map((ids) => say.end.different(say.list(ids, say.and))),
    ...(money === undefined ? [] : [ratesWords(telling, money)]),
    say.end.held,
    say.end.revised,
    ...(definition.confidential ? [say.end.confidential] : []),
    ...recordRules(telling),
    say.end.reopen(definition.reopen === null ? '' : assigneeWords(telling, definition.reopen)),
  ];
}

/** Number, observers and retention. */
function recordRules({ definition, say }: Telling): string[] {
  const { number, observers, retain } = definition;
  const who = (observers ?? []).map((one) =>
    'user' in one ? say.by.user(one.user) : 'group' in one ? say.by.group(one.group) : say.by.role(one.role),
  );
  return [
    ...(number === undefined ? [] : [say.end.number(number)]),
    ...(who.length === 0 ? [] : [say.end.observed(say.list(who, say.and))]),
    ...(retain === undefined ? [] : [say.end.retained(retain)]),
  ];
}
