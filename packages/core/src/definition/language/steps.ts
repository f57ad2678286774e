import type { Branch, Check, Choose, Node, Parallel, Sequence } from '../model.ts';
import { entriesOf, list, optional, record, required } from '../shape/collections.ts';
import { text, word } from '../shape/scalars.ts';
import { describe, mapped, named, report, type Schema, type Shape } from '../shape/shape.ts';
import { variants } from '../shape/unions.ts';
import { approve } from './approve.ts';
import { generate } from './later.ts';
import { duration } from './quantities.ts';
import { use } from './use.ts';
import { condition, expressionOrLiteral, names, slug } from './words.ts';

/** A step, or null for one that is understood but not yet carried out. */
type Step = Node | null;

const onlyIf = optional(condition, null, 'Only if this holds');
const nodeId = (example: string) =>
  optional(slug('a name', example), null, 'A name; made from its place if left out');
const steps: Shape<readonly Node[]> = mapped(
  list(
    named('step', () => step),
    'steps',
  ),
  (found) => found.filter((one) => one !== null),
);

/** `choose` at `route[1]` is `choose-2`: stable as long as its place is. */
function idFromPlace(kind: Node['kind'], path: string): string {
  const places = [...path.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]) + 1);
  return [kind, ...places].join('-');
}

const sequence: Shape<Step> = mapped(
  record({ sequence: required(steps, 'steps, one after the other'), id: nodeId('review'), when: onlyIf }),
  (value, _at, path): Sequence => ({
    kind: 'sequence',
    id: value.id ?? idFromPlace('sequence', path),
    when: value.when,
    steps: value.sequence,
  }),
);

const parallel: Shape<Step> = mapped(
  record({ parallel: required(steps, 'steps, side by side'), id: nodeId('review'), when: onlyIf }),
  (value, _at, path): Parallel => ({
    kind: 'parallel',
    id: value.id ?? idFromPlace('parallel', path),
    when: value.when,
    steps: value.parallel,
  }),
);

const consequence = word('reject', 'hold', 'return');
const CHECKED = /^[A-Za-z][\w-]*(\.[\w-]+)*$/;

const check: Shape<Step> = mapped(
  record({
    check: required(slug('the name of the check', 'credit'), 'the name of the check'),
    when: onlyIf,
    ask: required(
      text({
        what: 'what to ask, as system.question',
        example: 'erp.creditCheck',
        pattern: CHECKED,
        most: 200,
      }),
      'which system to ask for what',
    ),
    with: optional(names('a parameter', 'party', expressionOrLiteral), null, 'What to send along'),
    within: required(duration, 'how long to wait; no answer by then is `unknown`'),
    else: optional(
      record({
        fail: optional(consequence, 'reject', 'What a failed check does; default reject'),
        unknown: optional(consequence, 'hold', 'What a check without an answer does; default hold'),
      }),
      { fail: 'reject', unknown: 'hold' } as const,
      'What follows if it does not pass',
    ),
  }),
  (value): Check => ({
    kind: 'check',
    id: value.check,
    when: value.when,
    ask: value.ask,
    with: Object.fromEntries((value.with ?? []).map((one) => [one.name, one.value])),
    within: value.within,
    else: value.else,
  }),
);

const reason = text({
  what: 'the reason why nobody is asked',
  example: 'Standard terms, policy FIN-7',
  most: 500,
});
/** Steps that may stand beside the `when` of a branch; `choose` has no `when` to share. */
const STEP_KEYS = ['approve', 'sequence', 'parallel', 'check', 'generate', 'use'];

/** What a branch does: a list of steps, a single step, or a pass with its reason. */
type Body = { readonly pass: string | null; readonly steps: readonly Node[] };

const passing: Shape<Body> = mapped(
  record({
    pass: required(reason, 'why nobody is asked'),
    steps: optional(steps, [], 'Steps before passing, such as a check'),
  }),
  (value): Body => ({ pass: value.pass, steps: value.steps }),
);

const body: Shape<Body> = {
  read(source, path, reading) {
    if (source.is === 'list') {
      const found = steps.read(source, path, reading);
      return found && { pass: null, steps: found };
    }
    if (source.is === 'map' && source.entries.some((entry) => entry.key === 'pass'))
      return passing.read(source, path, reading);
    return single(step.read(source, `${path}[0]`, reading));
  },
  schema: (definitions) => ({
    anyOf: [steps, passing, named('step', () => step)].map((one) => one.schema(definitions)),
  }),
};

function single(found: Step | undefined): Body | undefined {
  return found === undefined ? undefined : { pass: null, steps: found === null ? [] : [found] };
}

const otherwise: Shape<Branch> = mapped(
  record({ otherwise: required(body, 'what happens if no condition above holds') }),
  (value): Branch => ({ when: null, ...value.otherwise }),
);

const conditional = record({
  when: required(condition, 'the condition of this branch'),
  steps: optional(steps, [], 'What happens if it holds'),
  pass: optional(reason, null, 'Nobody is asked, for this reason'),
});

/** `when` with `steps`, with `pass`, or with a single step beside it. */
const branch: Shape<Branch> = {
  read(source, path, reading) {
    const entries = entriesOf(source, path, reading, ['when', 'otherwise']);
    if (!entries || source.is !== 'map') return undefined;
    if (entries.has('otherwise')) return otherwise.read(source, path, reading);
    const when = entries.get('when');
    if (!when) {
      const message = `A branch of \`choose\` begins with \`when\` or \`otherwise\`; found ${describe(source)}.`;
      return report(reading, 'missing-key', source.at, path, message);
    }
    if (STEP_KEYS.some((key) => entries.has(key))) {
      const holds = condition.read(when.value, `${path}.when`, reading);
      const rest = { ...source, entries: source.entries.filter((entry) => entry.key !== 'when') };
      const found = single(step.read(rest, `${path}.steps[0]`, reading));
      return holds === undefined || found === undefined ? undefined : { when: holds, ...found };
    }
    const value = conditional.read(source, path, reading);
    if (!value) return undefined;
    if (value.pass !== null || value.steps.length > 0 || entries.has('steps')) return value;
    const message =
      'This branch does nothing. Add steps (`steps:`), or `pass:` with the reason why nobody is asked.';
    return report(reading, 'missing-key', source.at, path, message);
  },
  schema(definitions): Schema {
    const inline = named('step', () => step).schema(definitions);
    return {
      anyOf: [
        otherwise.schema(definitions),
        conditional.schema(definitions),
        { required: ['when'], anyOf: [inline] },
      ],
    };
  },
};

const choose: Shape<Step> = mapped(
  record({
    choose: required(list(branch, 'branches', 1, 100), 'branches; the first that holds is taken'),
    id: nodeId('by-amount'),
  }),
  (value, _at, path): Choose => ({
    kind: 'choose',
    id: value.id ?? idFromPlace('choose', path),
    branches: value.choose,
  }),
);

const anyStep: Shape<Step> = variants<Step>('a step', {
  approve,
  sequence,
  parallel,
  choose,
  check,
  generate,
  use,
});

const step: Shape<Step> = {
  read(source, path, reading) {
    const found = anyStep.read(source, path, reading);
    if (found && !reading.stepPaths.has(found.id)) reading.stepPaths.set(found.id, path);
    return found;
  },
  schema: (definitions) => anyStep.schema(definitions),
};

export const route: Shape<readonly Node[]> = steps;
