import { UsageError } from '../kit/errors.ts';
import { inTimeOrder, type PlannedEvent, planCase } from './declarations.ts';
import { readXes } from './xes.ts';

export type Plan = { readonly cases: number; readonly events: readonly PlannedEvent[] };

/** The events of the first `limit` cases of a file, in the order in which they are played. */
export async function readPlan(file: string, limit: number | null): Promise<Plan> {
  const events: PlannedEvent[] = [];
  let cases = 0;
  try {
    for await (const found of readXes(file)) {
      if (limit !== null && cases === limit) break;
      events.push(...planCase(found, cases));
      cases++;
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (events.length === 0) throw new UsageError(`${file} holds no cases.`);
  return { cases, events: inTimeOrder(events) };
}
