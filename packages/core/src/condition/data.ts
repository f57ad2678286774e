import { type Decimal, formatDecimal, parseDecimal } from '../decimal.ts';
import type { Amount } from '../rates/convert.ts';
import type { Json } from '../values.ts';
import type { ProblemCode } from './ast.ts';
import {
  DAY_MS,
  formatDate,
  formatDatetime,
  formatDuration,
  parseDate,
  parseDatetime,
  parseDuration,
} from './calendar.ts';
import type { Value } from './scope.ts';
import type { Columns, Type } from './types.ts';

/**
 * A value while it is computed with. Its type is known from the checker, so it carries none: dates are days,
 * instants and durations milliseconds, decimals and percents `Decimal`.
 */
export type Datum = boolean | number | string | Decimal | Amount | Line | readonly Outcome[];

/** A line item: its cells, those of personal columns left out, and its place, such as `fields.items[2]`. */
export class Line {
  readonly cells: ReadonlyMap<string, Datum>;
  readonly place: string;
  constructor(cells: ReadonlyMap<string, Datum>, place: string) {
    this.cells = cells;
    this.place = place;
  }
}

/** What computing yields: a value, or why there is none. */
export type Outcome = Datum | Missing | Failure;

/** Unknown, for want of these paths. */
export class Missing {
  readonly paths: readonly string[];
  constructor(paths: readonly string[]) {
    this.paths = paths;
  }
}

/** Not computable: an overflow, a value that is not of its declared type. */
export class Failure {
  readonly code: ProblemCode;
  readonly at: number;
  readonly message: string;
  constructor(code: ProblemCode, at: number, message: string) {
    this.code = code;
    this.at = at;
    this.message = message;
  }
}

export type Stop = Missing | Failure;
export const isStop = (o: Outcome): o is Stop => o instanceof Missing || o instanceof Failure;
export const isList = (d: Datum): d is readonly Outcome[] => Array.isArray(d);
export const isDecimal = (d: Datum): d is Decimal => typeof d === 'object' && 'digits' in d;
export const isAmount = (d: Datum): d is Amount => typeof d === 'object' && 'currency' in d;

/** Unknown outweighs failure: once the value arrives, the failure may not matter (as in CEL's own evaluators). */
export function worse(a: Stop | null, b: Stop): Stop {
  if (a === null || a === b) return b;
  if (a instanceof Failure) return b instanceof Missing ? b : a;
  if (b instanceof Failure) return a;
  const known = new Set(a.paths);
  const added = b.paths.filter((p) => !known.has(p));
  return added.length === 0 ? a : new Missing([...a.paths, ...added]);
}

/** Longest list that is read or made. */
export const MAX_ITEMS = 1000;

/**
 * Reads the canonical JSON form of a value; null if it is not of the type.
 * @param place where it stands, such as `fields.items`; rows are told apart by it.
 */
export function decode(type: Type, raw: unknown, place: string): Datum | null {
  switch (type.type) {
    case 'text':
    case 'email':
    case 'person':
    case 'reference':
      return typeof raw === 'string' ? raw : null;
    case 'enum':
      return typeof raw === 'string' && type.of.includes(raw) ? raw : null;
    case 'boolean':
      return typeof raw === 'boolean' ? raw : null;
    case 'integer':
      return Number.isSafeInteger(raw) && typeof raw === 'number' ? raw : null;
    case 'decimal':
    case 'percent':
      return typeof raw === 'string' ? parseDecimal(raw) : null;
    case 'money':
      return decodeMoney(raw, type.currency);
    case 'date':
      return typeof raw === 'string' ? parseDate(raw) : null;
    case 'datetime':
      return typeof raw === 'string' ? parseDatetime(raw) : null;
    case 'duration': {
      const parts = typeof raw === 'string' ? parseDuration(raw) : null;
      return parts && parts.days * DAY_MS + parts.ms;
    }
    case 'list':
      return decodeList(type.of, raw, place);
    case 'row':
      return decodeRow(type.columns, raw, place);
    case 'any':
      return null;
    default: {
      const never: never = type;
      return never;
    }
  }
}

function decodeMoney(raw: unknown, currency: string | undefined): Amount | null {
  if (typeof raw !== 'object' || raw === null || !('amount' in raw) || !('currency' in raw)) return null;
  if (typeof raw.amount !== 'string' || typeof raw.currency !== 'string') return null;
  if (currency !== undefined && raw.currency !== currency) return null;
  const amount = parseDecimal(raw.amount);
  return amount && { amount, currency: raw.currency };
}

/** A memo of a pure function: the conditions of a route read the same rows one after the other. */
const lines = new WeakMap<
  readonly unknown[],
  { readonly of: Type; readonly place: string; readonly items: readonly Datum[] }
>();

function decodeList(of: Type, raw: unknown, place: string): readonly Datum[] | null {
  if (!Array.isArray(raw) || raw.length > MAX_ITEMS) return null;
  const known = of.type === 'row' ? lines.get(raw) : undefined;
  if (known?.of === of && known.place === place) return known.items;
  const items: Datum[] = [];
  for (const [i, item] of raw.entries()) {
    const datum = decode(of, item, of.type === 'row' ? `${place}[${i}]` : place);
    if (datum === null) return null;
    items.push(datum);
  }
  if (of.type === 'row') lines.set(raw, { of, place, items });
  return items;
}

function decodeRow(columns: Columns, raw: unknown, place: string): Line | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const cells = new Map<string, Datum>();
  for (const [name, cell] of Object.entries(raw)) {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (column === undefined) return null;
    if (column.personal) continue;
    const datum = decode(column.type, cell, `${place}.${name}`);
    if (datum === null) return null;
    cells.set(name, datum);
  }
  return new Line(cells, place);
}

/** The canonical JSON form of a result, or why there is none; a list with an unknown item is unknown. */
export function encode(type: Type, datum: Datum): Value | Stop {
  if (isList(datum)) return encodeList(type.type === 'list' ? type.of : type, datum);
  if (datum instanceof Line) return encodeRow(type.type === 'row' ? type.columns : {}, datum);
  if (isAmount(datum)) return { amount: formatDecimal(datum.amount), currency: datum.currency };
  if (isDecimal(datum)) return formatDecimal(datum);
  if (typeof datum !== 'number') return datum;
  if (type.type === 'date') return formatDate(datum);
  if (type.type === 'datetime') return formatDatetime(datum);
  if (type.type !== 'duration') return datum;
  const length = Math.abs(datum);
  const whole = length % DAY_MS === 0;
  const parts = whole ? { days: length / DAY_MS, ms: 0 } : { days: 0, ms: length };
  return `${datum < 0 ? '-' : ''}${formatDuration(parts)}`;
}

function encodeList(of: Type, items: readonly Outcome[]): readonly Value[] | Stop {
  let stop: Stop | null = null;
  const values: Value[] = [];
  for (const item of items) {
    const value = isStop(item) ? item : encode(of, item);
    if (value instanceof Missing || value instanceof Failure) stop = worse(stop, value);
    else values.push(value);
  }
  return stop ?? values;
}

function encodeRow(columns: Columns, { cells }: Line): Value | Stop {
  const row: { [column: string]: Value } = {};
  for (const [name, cell] of cells) {
    const column = columns[name];
    const value = column === undefined ? null : encode(column.type, cell);
    if (value instanceof Missing || value instanceof Failure) return value;
    if (value !== null) row[name] = value;
  }
  return row;
}

/** An input as it is cited: the JSON that was read, of which `decode` has found that it is of its type. */
export function cite(raw: unknown): Json {
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return raw;
  if (Array.isArray(raw)) return raw.map(cite);
  if (typeof raw === 'object' && raw !== null && 'amount' in raw && 'currency' in raw) {
    return { amount: cite(raw.amount), currency: cite(raw.currency) };
  }
  return null;
}
