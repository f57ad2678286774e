import { formatDecimal, parseDecimal } from '../decimal.ts';
import type { MatrixLookup } from '../definition/model.ts';
import type { Approver, MatrixRow, MatrixVersion } from '../facts/model.ts';
import { citedRates, convert, missingRate } from '../rates/convert.ts';
import type { Via } from '../request/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import { evaluateSource } from '../route/inputs.ts';
import type { Json } from '../values.ts';
import { addApprover, type Found, type Ladder, note } from './found.ts';
import { findRow, rowsAbove } from './matrix-find.ts';

/**
 * Where a lookup stands: it is all that its step asks, one of several ways to be asked there, or elsewhere (an
 * escalation, a fallback, an override), where the covering row alone is meant.
 */
export type Standing = 'alone' | 'beside' | 'elsewhere';

/** Asks the covering row, or one rung of a chain: the named one, else the first (SEMANTICS 15). */
export function addFromMatrix(
  state: RequestState,
  context: Context,
  by: MatrixLookup,
  standing: Standing,
  rung: string | undefined,
  found: Found,
): void {
  const asked = lookUp(state, context, by, found);
  if (asked === null) return;
  const { row, asked: rows } = findRow(asked.version, asked.dimensions, asked.amount);
  if (!row) return note(found.causes, `no-matrix-row:${by.matrix}`);
  const chain = asked.version.ask === 'chain';
  if (chain && standing === 'beside') {
    // Somebody named beside the chain would settle the step in place of all its rungs.
    found.refused = true;
    return note(found.causes, `chain-beside-others:${by.matrix}`);
  }
  if (standing !== 'alone') return addRow(context, asked, row, found);
  const ladder: Ladder = { chain, rungs: named(rows) };
  found.ladder = ladder;
  const one = rung === undefined ? ladder.rungs[0] : ladder.rungs.find((each) => each.rung === rung);
  if (one) addRow(context, asked, one.row, found);
  else note(found.causes, `no-such-rung:${by.matrix}`);
}

/** Rungs are told apart by whom they ask: a new version of the matrix numbers its rows anew. */
function named(rows: readonly MatrixRow[]): Ladder['rungs'] {
  const times = new Map<string, number>();
  return rows.map((row) => {
    const name = nameOf(row.approver);
    const n = (times.get(name) ?? 0) + 1;
    times.set(name, n);
    return { rung: n === 1 ? name : `${name}#${n}`, row };
  });
}

const nameOf = (approver: Approver): string =>
  'user' in approver
    ? `user:${approver.user}`
    : 'group' in approver
      ? `group:${approver.group}`
      : `role:${approver.role}`;

/** A vacancy climbs where the matrix declares it: row by row, and above the last one to its fallback. */
function addRow(context: Context, asked: Asked, row: MatrixRow, found: Found): void {
  const { version, dimensions } = asked;
  const { matrix, climb, fallback } = version;
  const over: string[] = [];
  const add = (id: string, approver: Approver): boolean => {
    const via: Via[] = over.length === 0 ? [] : [{ via: 'climb', matrix, over: [...over] }];
    const people = addApprover(context.facts, approver, [...via, citeRow(asked, id, found)], found);
    if (!climb || people.some((person) => found.bars(person) === null)) return true;
    note(found.facts, `vacant:${matrix}#${id}`);
    over.push(id);
    return false;
  };
  if (add(row.id, row.approver)) return;
  for (const above of rowsAbove(version, dimensions, row)) if (add(above.id, above.approver)) return;
  if (fallback === null || !add('fallback', fallback)) note(found.causes, `nobody-above:${matrix}`);
}

export type Asked = {
  readonly version: MatrixVersion;
  readonly dimensions: { readonly [column: string]: string };
  readonly amount: string;
};

export function citeRow({ version: { matrix, digest } }: Asked, row: string, found: Found): Via {
  note(found.facts, `matrix:${matrix}#${row}`);
  return { via: 'matrix', matrix, row, digest };
}

/** What a matrix is asked now; null, and why is noted, where there is none in force or an input is missing. */
export function lookUp(state: RequestState, context: Context, by: MatrixLookup, found: Found): Asked | null {
  const fact = context.facts.matrix(by.matrix);
  const version = fact.value?.findLast((v) => v.effectiveFrom <= context.now);
  note(found.facts, `matrix:${by.matrix}`);
  if (!version) {
    note(found.causes, `no-matrix-in-force:${by.matrix}`);
    return null;
  }
  const amount = read(state, context, by.amount, found);
  const dimensions: { [column: string]: string } = {};
  for (const column of version.columns) {
    const source = by.dimensions[column];
    const value = source === undefined ? undefined : read(state, context, source, found);
    if (typeof value === 'string') dimensions[column] = value;
  }
  if (found.missing.length > 0) return null;
  const covered = inCurrency(state, amount, version.currency, found);
  return covered === null ? null : { version, dimensions, amount: covered };
}

/** An amount in the currency of the matrix, at the rates of the revision; null, and noted, where one is missing. */
function inCurrency(
  { revision: { rates } }: RequestState,
  money: Json | undefined,
  currency: string,
  found: Found,
): string | null {
  if (typeof money !== 'object' || money === null || !('currency' in money) || !('amount' in money)) {
    note(found.missing, `rate to ${currency}`);
    return null;
  }
  const [written, own] = [String(money['amount']), String(money['currency'])];
  if (own === currency) return written;
  const amount = parseDecimal(written);
  const from = amount && { amount, currency: own };
  const to = from && rates ? convert(rates, from, currency) : null;
  if (from === null || to === null || rates === undefined) {
    const paths = rates ? missingRate(rates, own, currency) : [`rate to ${currency}`];
    for (const path of paths) note(found.missing, path);
    return null;
  }
  Object.assign(found.inputs, citedRates(rates, [{ from, to }]));
  return formatDecimal(to.amount);
}

type JsonObject = { readonly [key: string]: Json };

function read(
  state: RequestState,
  context: Context,
  source: string,
  found: Found,
): Json | JsonObject | undefined {
  const { result, unknown, inputs } = evaluateSource(state, context, source);
  Object.assign(found.inputs, inputs);
  for (const path of unknown) note(found.missing, path);
  return result;
}
