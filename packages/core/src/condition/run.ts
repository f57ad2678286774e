import type { Conversion, RevisionRates } from '../rates/convert.ts';
import type { Program } from './code.ts';
import type { Outcome } from './data.ts';
import type { Lookup } from './scope.ts';

/** Steps that one evaluation may take; a step is a node, or about a thousand characters of text. */
export const MAX_STEPS = 100_000;

/** One evaluation in progress. */
export type Run = {
  readonly program: Program;
  readonly lookup: Lookup;
  /** Outcomes of reads, by index. */
  readonly outcomes: (Outcome | undefined)[];
  readonly raw: unknown[];
  readonly variables: Outcome[];
  /** Absent: amounts in different currencies do not meet. */
  readonly rates: RevisionRates | undefined;
  readonly conversions: Conversion[];
  /**
   * Indexes of the reads that the outcome so far rests on, and of conversions, counted downwards from −1; a settled
   * `&&` or `||` cuts away the others.
   */
  readonly trail: number[];
  steps: number;
  /** Is what is read counted, item by item? In a form it is: its rows read the same list a thousand times. */
  readonly counts: boolean;
};

export class OutOfSteps extends Error {}

export function spend(run: Run, steps: number): void {
  run.steps -= steps;
  if (run.steps < 0) throw new OutOfSteps();
}

/** Forgets the reads of the trail from `start` up to `mark`. */
export function keepOnly(run: Run, start: number, mark: number): void {
  if (mark === start) return;
  run.trail.copyWithin(start, mark);
  run.trail.length -= mark - start;
}
