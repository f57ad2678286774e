import type { DecisionKind, Duration, Identity } from '../model.ts';

export type Language = 'en' | 'de';

type OfTwo = (left: string, right: string) => string;

/** Every sentence of an explanation, in one language. */
export type Phrases = {
  readonly language: Language;
  readonly and: string;
  readonly or: string;
  readonly yes: string;
  readonly no: string;
  readonly always: string;
  readonly never: string;
  readonly revision: string;
  readonly everything: string;
  readonly headings: {
    readonly request: string;
    readonly route: string;
    readonly times: string;
    readonly rules: string;
  };
  readonly identity: { readonly [identity in Identity]: string };
  readonly decision: { readonly [decision in DecisionKind]: string };
  readonly compare: {
    readonly [relation in 'below' | 'atMost' | 'above' | 'atLeast' | 'is' | 'isNot']: OfTwo;
  };
  quote(text: string): string;
  number(text: string): string;
  duration(duration: Duration): string;
  /** `a, b and c` */
  list(items: readonly string[], last: string): string;
  limit(name: string, value: string): string;
  applies(words: string): string;
  not(words: string): string;
  given(words: string): string;
  total(amount: string, by: string, within: string): string;
  oneOf(item: string, list: string): string;
  checkSaid(check: string, answer: string, is: boolean): string;
  onlyIf(condition: string): string;
  readonly field: {
    readonly required: string;
    readonly optional: string;
    readonly personal: string;
    readonly many: string;
    readonly type: { readonly [type: string]: string };
    in(currency: string): string;
    of(values: string): string;
    listOf(type: string): string;
    max(n: number): string;
    tolerance(amount: string): string;
    visible(condition: string): string;
    computed(expression: string): string;
    rows(most: number): string;
    section(title: string): string;
    readonly document: string;
  };
  readonly by: {
    user(person: string): string;
    group(group: string): string;
    role(role: string): string;
    field(field: string): string;
    manager(of: string, levels: number): string;
    managerUntil(of: string, matrix: string, amount: string): string;
    matrix(matrix: string, amount: string, columns: readonly string[]): string;
  };
  readonly step: {
    asked(step: string, whom: string): string;
    any: string;
    all: string;
    atLeast(n: number): string;
    share(percent: string): string;
    each(counts: string): string;
    reviews(what: string): string;
    requires(documents: string): string;
    readonly askAgain: { readonly changed: string; readonly always: string };
    offered(decisions: string): string;
    reason(decision: DecisionKind, texts: string): string;
    readonly rejectFirst: string;
    readonly rejectWait: string;
    rejectAtLeast(n: number): string;
    readonly noReject: string;
    readonly returned: string;
    readonly abstained: string;
    fallback(whom: string): string;
    readonly blocked: string;
    readonly whileActive: string;
    readonly carried: string;
    readonly bulk: string;
    overridden(whom: string, reviewers: string, reasons: string): string;
    reminded(after: string): string;
    escalated(after: string, whom: string, instead: boolean): string;
  };
  readonly part: {
    readonly isPart: string;
    readonly heading: string;
    otherwise(value: string): string;
    used(id: string, part: string): string;
    given(values: string): string;
    readonly unknown: string;
  };
  readonly route: {
    sequence(id: string): string;
    parallel(id: string): string;
    choose(id: string): string;
    case(condition: string): string;
    readonly otherwise: string;
    passed(reason: string): string;
    check(id: string, ask: string): string;
    sent(values: string): string;
    within(duration: string): string;
    consequence(answer: 'fail' | 'unknown', then: 'reject' | 'hold' | 'return'): string;
  };
  readonly end: {
    approved: string;
    due(within: string): string;
    dueRange(least: string, most: string): string;
    readonly noDue: string;
    expire(after: string): string;
    readonly noExpire: string;
    zone(zone: string, calendar: string | undefined): string;
    excluded(who: string): string;
    readonly nobodyExcluded: string;
    different(steps: string): string;
    rates(currency: string, source: string, day: string | null, oldest: string): string;
    readonly held: string;
    readonly revised: string;
    readonly confidential: string;
    number(pattern: string): string;
    observed(who: string): string;
    retained(schedule: string): string;
    reopen(who: string): string;
  };
};
