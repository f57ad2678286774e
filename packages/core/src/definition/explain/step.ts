import type { Approve, Assignees, Check, DecisionKind, Sequence, Use } from '../model.ts';
import { conditionWords, fieldWords, localText, type Telling, valueWords } from './condition.ts';

/** Whom to ask, in words. */
export function assigneeWords(telling: Telling, by: Assignees): string {
  const { say } = telling;
  switch (by.by) {
    case 'user':
      return say.by.user(by.user);
    case 'group':
      return say.by.group(by.group);
    case 'role':
      return say.by.role(by.role);
    case 'field':
      return say.by.field(fieldWords(telling, by.field));
    case 'manager':
      return by.until
        ? say.by.managerUntil(say.identity[by.of], by.until.matrix, valueWords(telling, by.until.amount))
        : say.by.manager(say.identity[by.of], by.levels);
    case 'matrix': {
      const columns = Object.entries(by.dimensions).map(([column, source]) =>
        column === source ? fieldWords(telling, column) : `${column} ${valueWords(telling, source)}`,
      );
      return say.by.matrix(by.matrix, valueWords(telling, by.amount), columns);
    }
    case 'any':
      return say.list(
        by.any.map((one) => assigneeWords(telling, one)),
        say.and,
      );
    default: {
      const never: never = by;
      return never;
    }
  }
}

/** One approve step: its headline, and a sentence for each of its clauses. */
export function approveWords(
  telling: Telling,
  step: Approve,
): { readonly head: string; readonly more: readonly string[] } {
  const { say } = telling;
  const { escalate, fallback } = step;
  const reviewed =
    step.reviews === 'all'
      ? say.everything
      : say.list(
          step.reviews.map((name) => fieldWords(telling, name)),
          say.and,
        );
  return {
    head: say.step.asked(titled(telling, step), assigneeWords(telling, step.by)),
    more: [
      ...(step.when === null ? [] : [say.onlyIf(conditionWords(telling, step.when))]),
      quorumWords(telling, step),
      `${say.step.reviews(reviewed)} ${say.step.askAgain[step.askAgain]}`,
      ...(step.requires === undefined ? [] : [say.step.requires(say.list(step.requires, say.and))]),
      say.step.offered(
        say.list(
          step.decisions.map((one) => say.decision[one]),
          say.or,
        ),
      ),
      ...reasonWords(telling, step),
      rejectionWords(telling, step),
      ...(step.decisions.includes('return') ? [say.step.returned] : []),
      ...(step.decisions.includes('abstain') ? [say.step.abstained] : []),
      fallback ? say.step.fallback(assigneeWords(telling, fallback)) : say.step.blocked,
      ...(step.whileActive ? [say.step.whileActive] : []),
      ...(step.carry === undefined ? [] : [say.step.carried]),
      ...(step.bulk ? [say.step.bulk] : []),
      ...(step.override
        ? [
            say.step.overridden(
              assigneeWords(telling, step.override.by),
              assigneeWords(telling, step.override.review),
              reasonTexts(telling, 'override'),
            ),
          ]
        : []),
      ...(step.remind.length === 0
        ? []
        : [
            say.step.reminded(
              say.list(
                step.remind.map((one) => say.duration(one)),
                say.and,
              ),
            ),
          ]),
      ...(escalate
        ? [
            say.step.escalated(
              say.duration(escalate.after),
              assigneeWords(telling, escalate.add),
              escalate.replace,
            ),
          ]
        : []),
    ],
  };
}

/** Its name, which the rest of the text calls it by, and what people see. */
function titled({ say }: Telling, { id, title }: Approve): string {
  const words = title && localText(title, say.language);
  return words === undefined ? id : `${id} ${say.quote(words)}`;
}

/** The reasons of which a decision must give one. */
function reasonWords(telling: Telling, step: Approve): readonly string[] {
  const { definition, say } = telling;
  const asked = step.reasons ?? step.decisions;
  return step.decisions
    .filter((one) => asked.includes(one) && definition.reasons?.some(({ decision }) => decision === one))
    .map((decision) => say.step.reason(decision, reasonTexts(telling, decision)));
}

/** The texts of a catalogue, in the language where there is one. */
const reasonTexts = ({ definition, say }: Telling, decision: DecisionKind | 'override'): string =>
  (definition.reasons ?? [])
    .filter((one) => one.decision === decision)
    .flatMap(({ codes }) => codes.map(({ code, text }) => localText(text, say.language) ?? code))
    .join('; ');

function quorumWords({ say }: Telling, { need }: Approve): string {
  switch (need.rule) {
    case 'any':
      return say.step.any;
    case 'all':
      return say.step.all;
    case 'atLeast':
      return say.step.atLeast(need.n);
    case 'share':
      return say.step.share(need.percent);
    case 'each':
      return say.step.each(
        say.list(
          need.of.map(({ name, n }) => `${n} ${name}`),
          say.and,
        ),
      );
    default: {
      const never: never = need;
      return never;
    }
  }
}

function rejectionWords({ say }: Telling, { decisions, reject }: Approve): string {
  if (!decisions.includes('reject')) return say.step.noReject;
  switch (reject.rule) {
    case 'first':
      return say.step.rejectFirst;
    case 'wait':
      return say.step.rejectWait;
    case 'atLeast':
      return say.step.rejectAtLeast(reject.n);
    default: {
      const never: never = reject;
      return never;
    }
  }
}

export function checkWords(
  telling: Telling,
  step: Check,
): { readonly head: string; readonly more: readonly string[] } {
  const { say } = telling;
  const sent = Object.entries(step.with).map(([name, source]) => `${name} = ${valueWords(telling, source)}`);
  return {
    head: say.route.check(step.id, step.ask),
    more: [
      ...(step.when === null ? [] : [say.onlyIf(conditionWords(telling, step.when))]),
      ...(sent.length === 0 ? [] : [say.route.sent(say.list(sent, say.and))]),
      say.route.within(say.duration(step.within)),
      say.route.consequence('fail', step.else.fail),
      say.route.consequence('unknown', step.else.unknown),
    ],
  };
}

/** Where the steps of a part stand, and what it is given. */
export function useWords(
  telling: Telling,
  node: Sequence,
  use: Use,
): { readonly head: string; readonly more: readonly string[] } {
  const { say } = telling;
  const given = Object.entries(use.with).map(([name, source]) => `${name} = ${valueWords(telling, source)}`);
  return {
    head: `${say.part.used(node.id, use.part)}:`,
    more: [
      ...(node.when === null ? [] : [say.onlyIf(conditionWords(telling, node.when))]),
      ...(given.length === 0 ? [] : [say.part.given(say.list(given, say.and))]),
      ...(use.digest === null ? [say.part.unknown] : []),
    ],
  };
}
