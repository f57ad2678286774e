import { fromUtf8 } from '../bytes.ts';
import type { ExportItem } from '../export/model.ts';
import { commitmentOf } from '../sealed/sealed.ts';
import { Broken } from './fault.ts';
import type { Run } from './run.ts';

/** A sealed value laid open must be what the entry before it committed to: ciphertext, context and key. */
export function checkSealedValue(run: Run, { value, itemKey }: ExportItem): void {
  const { context } = value;
  if (run.lastEntry === null) throw new Broken('line_out_of_place', `${context.item} follows no entry`);
  const { seq, leaf, bytes } = run.lastEntry;
  const fail = (words: string): never => {
    throw new Broken('sealed_value_altered', words, { seq, stream: leaf.stream });
  };
  const commitment = commitmentOf(value, itemKey);
  // Canonical text spells a reference in this one way, and inside a string its quotes would be escaped: so finding
  // the text is finding the reference, without a walk through the leaf.
  const reference = `{"commitment":"${commitment}","sealed":${JSON.stringify(context.item)}}`;
  if (!fromUtf8(bytes).includes(reference)) {
    fail(`the entry commits to another key, ciphertext or context of ${context.item}`);
  }
  // The commitment covers the context, but whoever sealed it may have named another place.
  if (context.environment !== run.log.header.environment || context.stream !== leaf.stream) {
    fail(`${context.item} was sealed for another place`);
  }
  run.sealedValues++;
}
