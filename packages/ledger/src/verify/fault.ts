import type { SeqRange } from '../export/model.ts';
import type { Fault, FaultCode } from './model.ts';

type Place = {
  readonly seq?: number;
  readonly within?: SeqRange | null;
  readonly stream?: string | null;
};

/** Ends a verification. Never leaves this package: `verifyExport` returns the fault as a verdict. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly code: FaultCode;
  readonly place: Place;

  constructor(code: FaultCode, words: string, place: Place = {}) {
    super(words);
    this.code = code;
    this.place = place;
  }
}

/** By the entry that it names, or else by the first in which it may lie; what is no entry's stands first. */
export function firstFirst(a: Fault, b: Fault): number {
  const place = ({ seq, within }: Fault): number => seq ?? within?.first ?? 0;
  // Between two at one place, the one that names the entry says more.
  return place(a) - place(b) || Number(a.seq === null) - Number(b.seq === null);
}
