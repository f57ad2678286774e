import { compareDecimals } from '../decimal.ts';
import type { Field } from '../definition/model.ts';
import type { Delegation } from '../facts/model.ts';
import { isSealed } from '../request/content.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import type { FieldValue, Money, Row } from '../values.ts';

/** Longest chain of delegations that is followed. */
export const MAX_DELEGATION_DEPTH = 3;

export type Chain = { readonly delegations: readonly string[]; readonly persons: readonly string[] };
export type ChainSearch =
  | { readonly ok: true; readonly chain: Chain }
  | { readonly ok: false; readonly reason: 'none' | 'out-of-scope' };

/**
 * Finds the shortest chain of delegations from `principal` to `delegate` that holds now and covers this request
 * (SEMANTICS 13), past whoever may not stand on it; of equals, by the delegation that was recorded first.
 */
export function delegationChain(
  state: RequestState,
  context: Context,
  principal: string,
  delegate: string,
  past: (person: string) => boolean = () => false,
): ChainSearch {
  const covers = coverage(state, context);
  const covering = shortest(
    context,
    principal,
    delegate,
    (link) => covers(link) && ![link.from, link.to].some(past),
  );
  if (covering) return { ok: true, chain: covering };
  const any = shortest(context, principal, delegate, () => true);
  return { ok: false, reason: any ? 'out-of-scope' : 'none' };
}

/** Every person between the two must be active; a link that is not redelegable must be the last. */
function shortest(
  { facts, now }: Context,
  principal: string,
  delegate: string,
  follows: (link: Delegation) => boolean,
): Chain | null {
  let frontier: Chain[] = [{ delegations: [], persons: [delegate] }];
  const seen = new Set([delegate]);
  for (let depth = 1; depth <= MAX_DELEGATION_DEPTH; depth += 1) {
    const next: Chain[] = [];
    for (const path of frontier) {
      const to = path.persons[0] ?? delegate;
      for (const link of facts.delegations(to).value) {
        if (seen.has(link.from) || !holdsAt(link, now)) continue;
        if (depth > 1 && link.redelegable !== true) continue;
        if (!follows(link) || facts.person(link.from).value?.active !== true) continue;
        const chain = { delegations: [link.id, ...path.delegations], persons: [link.from, ...path.persons] };
        if (link.from === principal) return chain;
        seen.add(link.from);
        next.push(chain);
      }
    }
    frontier = next;
  }
  return null;
}

/** In force in [starts, ends), and never before it was recorded. */
const holdsAt = (d: Delegation, now: string): boolean =>
  d.starts <= now && now < d.ends && d.recordedAt <= now;

/** Does a delegation cover this request? What is read of the request is read once, for delegations come by the thousand. */
function coverage(state: RequestState, context: Context): (d: Delegation) => boolean {
  let sums: readonly Money[] | null | undefined;
  return (d) => {
    if (d.definitions && !d.definitions.includes(state.definition)) return false;
    if (d.categories && !isOfCategories(state, d.categories)) return false;
    if (!d.limit) return true;
    if (sums === undefined) sums = sumsIn(state, context);
    const { amount, currency } = d.limit;
    // Stricter than asking the step for its amount: no sum in the request may lie above the delegation's limit.
    return sums?.every((m) => m.currency === currency && compareDecimals(m.amount, amount) <= 0) ?? false;
  };
}

/** A value that is absent or sealed is unknown, and unknown never widens authority; of a list each item must be named. */
function isOfCategories(state: RequestState, categories: NonNullable<Delegation['categories']>): boolean {
  const { fields } = state.revision;
  return Object.entries(categories).every(([field, allowed]) => {
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const values = Array.isArray(value) ? value : [value];
    return values.length > 0 && values.every((one) => typeof one === 'string' && allowed.includes(one));
  });
}

/** All sums in the request; null where one is sealed, and so unknown: unknown never widens authority. */
function sumsIn(state: RequestState, context: Context): readonly Money[] | null {
  const sums: Money[] = [];
  for (const field of context.definition.definition.fields) {
    const value = Object.hasOwn(state.revision.fields, field.name)
      ? state.revision.fields[field.name]
      : undefined;
    const found = value === undefined ? [] : moneyOf(field, value);
    if (found === null) return null;
    sums.push(...found);
  }
  return sums;
}

function moneyOf(field: Field, value: FieldValue): readonly Money[] | null {
  const values = Array.isArray(value) ? value : [value];
  if (field.type === 'lines') {
    const columns = field.columns?.filter((column) => column.type === 'money') ?? [];
    const cells = columns.flatMap(({ name }) => (values as readonly Row[]).map((row) => row[name]));
    return cells.some(isSealed) ? null : cells.filter(isMoney);
  }
  if (field.type !== 'money' && field.items !== 'money') return [];
  return field.personal ? null : values.filter(isMoney);
}

const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
