import { formatDatetime } from '../condition/calendar.ts';
import { add, type Decimal, formatDecimal, parseDecimal } from '../decimal.ts';
import type { CompiledDefinition } from '../definition/index.ts';
import { digestJson } from '../facts/digest.ts';
import { convert } from '../rates/convert.ts';
import type { RequestState } from '../request/state.ts';
import type { Money } from '../values.ts';
import type { RelatedShare, RelatedSum } from './model.ts';
import type { Total } from './total.ts';

/** A sum that must be read before a command is decided. */
export type RelatedRead = Pick<RelatedSum, 'path' | 'key' | 'since' | 'until'>;

/** Whose sums: definitions of one name and currency, the same two fields, and the value by which it goes. */
type Subject = Pick<RequestState, 'definition' | 'requester' | 'submitter' | 'beneficiary'> & {
  readonly revision: Pick<RequestState['revision'], 'fields' | 'rates'>;
  readonly submittedAt: string | null;
};

/** Names a sum, or null where the request has no value to go by. */
function keyOf({ amount, by, currency }: Total, subject: Subject): string | null {
  const value = valueBy(by, subject);
  return value === null ? null : digestJson([subject.definition, currency, amount, by, value]);
}

function valueBy(by: string, { revision, requester, submitter, beneficiary }: Subject): string | null {
  switch (by) {
    case 'requester':
      return requester;
    case 'submitter':
      return submitter;
    case 'beneficiary':
      return beneficiary;
    default: {
      const name = by.slice('fields.'.length);
      const value = Object.hasOwn(revision.fields, name) ? revision.fields[name] : undefined;
      return typeof value === 'string' ? value : null;
    }
  }
}

function amountOf({ amount: name, currency }: Total, { revision }: Subject): Decimal | null {
  const value = Object.hasOwn(revision.fields, name) ? revision.fields[name] : undefined;
  if (typeof value !== 'object' || !('amount' in value)) return null;
  const amount = parseDecimal(value.amount);
  if (amount === null || value.currency === currency) return amount;
  const { rates } = revision;
  return (rates && convert(rates, { amount, currency: value.currency }, currency)?.amount) ?? null;
}

/** What a submitted request adds to the sums of its definition, as its event records it; null where it has none. */
export function sharesOf(subject: Subject, { totals }: CompiledDefinition): readonly RelatedShare[] | null {
  if (totals.length === 0) return null;
  const shares = new Map<string, RelatedShare>();
  for (const total of totals) {
    const key = keyOf(total, subject);
    if (key === null || !Object.hasOwn(subject.revision.fields, total.amount)) continue;
    const amount = amountOf(total, subject);
    shares.set(key, { key, amount: amount && formatDecimal(amount) });
  }
  return [...shares.values()];
}

/** What must be read of the others before anything is decided on this request now. */
export function relatedReads(
  subject: Subject,
  { totals }: CompiledDefinition,
  now: string,
): readonly RelatedRead[] {
  return totals.flatMap((total) => {
    const key = keyOf(total, subject);
    return key === null ? [] : [{ path: total.path, key, ...spanOf(total, subject, now) }];
  });
}

/** Two requests are related if no more than the time lies between their submissions, whichever came first. */
function spanOf(
  { within }: Total,
  { submittedAt }: Subject,
  now: string,
): Pick<RelatedSum, 'since' | 'until'> {
  const since = formatDatetime(Math.max(0, Date.parse(submittedAt ?? now) - within));
  const until = submittedAt === null ? null : formatDatetime(Date.parse(submittedAt) + within);
  return { since, until };
}

/** Does what was read cover what must be known? A longer time back is stricter, a shorter one is not enough. */
const isCovered = (read: RelatedRead, { path, key, since, until }: RelatedSum): boolean =>
  path === read.path &&
  key === read.key &&
  since <= read.since &&
  (until === null || (read.until !== null && until >= read.until));

/** The sum with the request's own amount; undefined where it cannot be told. */
export function totalNow(
  path: string,
  subject: Subject,
  definition: CompiledDefinition,
  sums: readonly RelatedSum[],
  now: string,
): Money | undefined {
  const total = definition.totals.find((one) => one.path === path);
  const own = total && amountOf(total, subject);
  const key = total && keyOf(total, subject);
  if (!total || !own || !key) return undefined;
  const read = { path, key, ...spanOf(total, subject, now) };
  const sum = sums.find((one) => isCovered(read, one));
  const others = sum && sum.unknown === 0 ? parseDecimal(sum.amount) : null;
  return others ? { amount: formatDecimal(add(own, others)), currency: total.currency } : undefined;
}

/** Open or approved, a request counts; a draft does not yet, and one that was rejected, cancelled or has expired no more. */
export const countsInSums = ({
  submittedAt,
  outcome,
}: Pick<RequestState, 'submittedAt' | 'outcome'>): boolean =>
  submittedAt !== null && (outcome === null || outcome === 'approved');

/** More requests than these are not added up: the sum is unknown, and whoever reads it waits. */
export const MAX_RELATED = 10_000;

/** The sum over what others add. */
export function sumOf(read: RelatedRead, shares: readonly { readonly amount: string | null }[]): RelatedSum {
  const { path, key, since, until } = read;
  if (shares.length > MAX_RELATED) {
    const most = MAX_RELATED + 1;
    return { path, key, since, until, amount: '0', requests: most, unknown: most };
  }
  let amount: Decimal = { digits: 0n, scale: 0 };
  let unknown = 0;
  for (const share of shares) {
    const one = share.amount === null ? null : parseDecimal(share.amount);
    if (one === null) unknown += 1;
    else amount = add(amount, one);
  }
  return { path, key, since, until, amount: formatDecimal(amount), requests: shares.length, unknown };
}
