import type { Code } from './code.ts';
import { isList, isStop, type Outcome, type Stop, worse } from './data.ts';
import { keepOnly, type Run, spend } from './run.ts';

/** Evaluates one node: `evaluate.ts` hands itself in, so that the two files do not import each other. */
type Step = (run: Run, code: Code) => Outcome;

type MacroCode = Extract<Code, { op: 'macro' }>;

export function runMacro(run: Run, code: MacroCode, step: Step): Outcome {
  const list = step(run, code.list);
  if (isStop(list)) return list;
  const items = isList(list) ? list : [];
  switch (code.macro) {
    case 'all':
      return quantify(run, code, step, items, false);
    case 'exists':
      return quantify(run, code, step, items, true);
    case 'exists_one':
      return existsOne(run, code, step, items);
    case 'filter':
    case 'map':
      return collect(run, code, step, items);
    default: {
      const never: never = code.macro;
      return never;
    }
  }
}

/** True where there is no test. */
function test(run: Run, code: MacroCode, step: Step, item: Outcome): Outcome {
  spend(run, 1);
  run.variables[code.slot] = item;
  return code.test === null || step(run, code.test);
}

/** `all` is a conjunction over the items, `exists` a disjunction. */
function quantify(
  run: Run,
  code: MacroCode,
  step: Step,
  items: readonly Outcome[],
  absorbs: boolean,
): Outcome {
  const start = run.trail.length;
  let stop: Stop | null = null;
  for (const item of items) {
    const mark = run.trail.length;
    const outcome = test(run, code, step, item);
    if (outcome === absorbs) {
      keepOnly(run, start, mark);
      return absorbs;
    }
    if (isStop(outcome)) stop = worse(stop, outcome);
  }
  return stop ?? !absorbs;
}

/** A second match settles it, whatever is unknown. */
function existsOne(run: Run, code: MacroCode, step: Step, items: readonly Outcome[]): Outcome {
  let stop: Stop | null = null;
  let found = 0;
  for (const item of items) {
    const outcome = test(run, code, step, item);
    if (isStop(outcome)) stop = worse(stop, outcome);
    else if (outcome === true) found += 1;
    if (found > 1) return false;
  }
  return stop ?? found === 1;
}

/** Where it is unknown whether an item belongs, so is the list; an unknown item that belongs stays one item. */
function collect(run: Run, code: MacroCode, step: Step, items: readonly Outcome[]): Outcome {
  let stop: Stop | null = null;
  const kept: Outcome[] = [];
  for (const item of items) {
    const outcome = test(run, code, step, item);
    if (isStop(outcome)) stop = worse(stop, outcome);
    else if (outcome === true) kept.push(code.body === null ? item : step(run, code.body));
  }
  return stop ?? kept;
}
