import { sameJson } from '../../facts/same.ts';
import type { Definition } from '../model.ts';
import { inlinePart } from './inline.ts';
import { usesIn } from './uses.ts';

/**
 * Whether the steps that a published definition says are its parts' are those of the parts that it pins. Parts within
 * parts were asked of the parts themselves, when they were published.
 * @param published by digest; undefined where nothing was published before under it.
 * @returns what is untrue, or null.
 */
export function untruePart(
  definition: Definition,
  published: (digest: string) => Definition | undefined,
): string | null {
  for (const { id, use, steps } of usesIn(definition.route)) {
    const part = use.digest === null ? undefined : published(use.digest);
    if (part?.definition !== use.part) return `the log holds no part ${use.part} of the digest ${use.digest}`;
    const brought = inlinePart(part, { id, with: use.with });
    const limits = Object.fromEntries(
      Object.keys(brought.limits).map((name) => [name, definition.limits[name] ?? null]),
    );
    const { different } = definition.separate;
    if (
      !sameJson(brought.steps, steps) ||
      !sameJson(brought.limits, limits) ||
      !brought.different.every((one) => different.some((other) => sameJson(one, other))) ||
      !part.separate.never.every((one) => definition.separate.never.includes(one))
    )
      return `its steps ${id}-… are not those of the part ${use.part}`;
  }
  return null;
}
