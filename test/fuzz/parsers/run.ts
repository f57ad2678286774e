import { random } from '../random.ts';
import { mutate } from './mutate.ts';

export type Target = {
  readonly name: string;
  readonly corpus: readonly Buffer[];
  /** Longer inputs are refused by length alone, or never get here. */
  readonly most: number;
  /**
   * Parses, and says in one word what came of it; throws where a parser throws what it does not say that it throws, or
   * where what it gives is wrong.
   */
  readonly parse: (input: Buffer) => string | Promise<string>;
};

export type Finding = {
  readonly nth: number;
  readonly seed: number;
  readonly input: string;
  readonly what: string;
};

export type FuzzReport = {
  readonly inputs: number;
  /** Outcomes that were met, and the inputs that met them first: the corpus that grew. */
  readonly outcomes: number;
  readonly slowestCpuMs: number;
  readonly findings: readonly Finding[];
};

/** CPU time, not the clock's: no input may hold up everybody else for as long. The slowest, YAML of 200 KB, took 0.8 s. */
const MOST_CPU_MS = 1000;
/** What the corpus may grow to, by inputs that gave a new outcome. */
const MOST_KEPT = 2000;

export type Until = { readonly inputs?: number; readonly ms?: number };

/** Mutates the corpus, and what gave a new outcome again. One seed, one run. */
export async function fuzz(target: Target, seed: number, until: Until): Promise<FuzzReport> {
  const dice = random(seed);
  const corpus = [...target.corpus];
  const seen = new Set<string>();
  const findings = new Map<string, Finding>();
  const end = performance.now() + (until.ms ?? Number.POSITIVE_INFINITY);
  let slowest = 0;
  let nth = 0;
  for (; nth < (until.inputs ?? Number.POSITIVE_INFINITY) && performance.now() < end; nth += 1) {
    // First the corpus as it is.
    const input = (nth < target.corpus.length ? corpus[nth] : mutate(corpus, dice))?.subarray(0, target.most);
    if (input === undefined) break;
    const note = (what: string): void => {
      const kind = what.replace(/[0-9]+/g, '#').slice(0, 80);
      if (findings.has(kind)) return;
      findings.set(kind, { nth, seed, input: input.subarray(0, 400).toString('base64'), what });
    };
    const before = process.cpuUsage();
    try {
      const outcome = (await target.parse(input)).replace(/[0-9]+/g, '#').slice(0, 120);
      if (!seen.has(outcome)) {
        seen.add(outcome);
        if (corpus.length < MOST_KEPT && input.length < 20_000) corpus.push(input);
      }
    } catch (error) {
      note(
        error instanceof Error
          ? `${error.name}: ${error.message}\n${error.stack?.split('\n')[1] ?? ''}`
          : 'thrown',
      );
    }
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    slowest = Math.max(slowest, ms);
    if (ms > MOST_CPU_MS) note(`${Math.round(ms)} ms of CPU for ${input.length} bytes`);
  }
  return {
    inputs: nth,
    outcomes: seen.size,
    slowestCpuMs: Math.round(slowest),
    findings: [...findings.values()],
  };
}
