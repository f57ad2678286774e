import { utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { type ExportLine, parseExportLine } from '../export/parse.ts';
import { parseVerifierKey } from '../note/keys.ts';
import { checkEnd } from './end.ts';
import { checkEntry } from './entry.ts';
import { Broken, firstFirst } from './fault.ts';
import { describe } from './findings.ts';
import type { Fault, Findings, Verification, VerifyOptions } from './model.ts';
import { begin, type Run } from './run.ts';
import { checkSealedValue } from './sealed.ts';

/**
 * Verifies an export offline. Every line may come from an attacker; `options` do not. In order:
 *
 *  1. the header: its checkpoint's signature, and that it agrees with the checkpoint
 *  2. each entry: canonical line, dense `seq`, well-formed leaf, leaf hash, environment, engine; its stream's chain,
 *     versions and time; its command's id; a restore that it declares; receipts for it; then its re-execution
 *  3. each sealed value laid open: what the entry before it committed to
 *  4. the trailer: nothing was cut off
 *  5. the root of all entries is the one that the log signed
 *  6. the log extends the checkpoint that the caller knows
 *  7. every receipt has its entry
 *
 * What the lines hold gives a verdict, never an exception; an error of their source, or of `reexecute`, passes through.
 * `trustedKeys` that cannot be parsed are a LedgerError `bad_key`.
 * Streams: memory grows with the number of streams and of commands only.
 */
export async function verifyExport(
  lines: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: VerifyOptions = {},
): Promise<Verification> {
  const keys = options.trustedKeys?.map(parseVerifierKey) ?? null;
  let run: Run | null = null;
  let number = 0;
  let known: Findings['knownCheckpoint'] =
    options.knownCheckpoint === undefined ? 'not-given' : 'not-reached';
  let fault: Fault | null = null;
  let altered: Fault | null = null;
  try {
    for await (const line of lines) {
      number++;
      const bytes = typeof line === 'string' ? utf8(line) : line;
      const parsed = parseExportLine(bytes);
      if (run === null) run = begin(bytes, parsed, options, keys);
      else {
        const pending = take(run, parsed, number);
        // Awaiting every line took a tenth of the time.
        if (pending !== null) await pending;
        if (run.altered !== null) altered ??= asFault(run.altered, run, number);
      }
    }
    if (run === null) throw new Broken('header_missing', 'the export is empty');
    known = checkEnd(run);
  } catch (error) {
    fault = asFault(error, run, number);
  }
  // On the very line that ended the checks.
  if (run !== null && run.altered !== null) altered ??= asFault(run.altered, run, number);
  const findings = describe(run, known);
  const later = [fault, run?.reexecutions?.different ?? null]
    .filter((found) => found !== null)
    .sort(firstFirst);
  // Whatever else was found was found at or after the entry that was changed.
  const faults =
    altered === null || run?.altered === null
      ? later
      : [altered, ...later.filter(({ code }) => code !== 'root_mismatch')];
  const [first, ...alsoFound] = faults;
  if (first !== undefined) return { verdict: 'broken', fault: first, alsoFound, findings };
  if (options.reexecute === undefined) return { verdict: 'intact-not-reexecuted', findings };
  const whole = findings.erased === 0 && findings.otherwiseNotReproducible === 0;
  return { verdict: whole ? 'intact-and-reproduced' : 'intact-not-reproducible', findings };
}

function take(run: Run, line: ExportLine, number: number): Promise<void> | null {
  if (run.trailer !== null) throw new Broken('line_out_of_place', 'a line follows the trailer');
  switch (line.kind) {
    case 'entry': {
      const entry = checkEntry(run, line);
      return run.reexecutions === null ? null : run.reexecutions.run(entry, number);
    }
    case 'item':
      checkSealedValue(run, line.item);
      return null;
    case 'trailer':
      run.trailer = line.trailer;
      return null;
    case 'header':
      throw new Broken('line_out_of_place', 'there is a second header');
    default: {
      const never: never = line;
      throw new TypeError(`no such line: ${String(never)}`);
    }
  }
}

/** A line that cannot be read stands in the place of the entry that is due. */
function asFault(error: unknown, run: Run | null, line: number): Fault {
  if (error instanceof Broken) {
    const { seq, within, stream } = error.place;
    return {
      code: error.code,
      seq: seq ?? null,
      within: within ?? null,
      stream: stream ?? null,
      line,
      words: error.message,
    };
  }
  if (!(error instanceof LedgerError)) throw error;
  const due = run !== null && run.seq <= run.log.header.range.last ? run.seq : null;
  return { code: error.code, seq: due, within: null, stream: null, line, words: error.message };
}
