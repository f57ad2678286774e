/**
 * Arrays as parameters in PostgreSQL's binary format (array_send): `pg` sends a Buffer as it is, while an array of
 * strings is quoted, bytes are written in hex, and the server takes both apart again.
 *
 * Header: dimensions, whether there are nulls, type of the elements; for each dimension its size and lower bound;
 * then for each element its length (-1: null) and bytes. Integers are big-endian.
 */
const HEADER = 20;
const EMPTY = 12;

/** Type OIDs are fixed (pg_type.dat). */
const OID = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, json: 114, timestamptz: 1184, jsonb: 3802 };

function begin(oid: number, count: number, bytes: number): Buffer {
  const out = Buffer.allocUnsafe(count === 0 ? EMPTY : HEADER + bytes);
  out.writeInt32BE(count === 0 ? 0 : 1, 0);
  // Only a hint: elements say themselves that they are null.
  out.writeInt32BE(1, 4);
  out.writeInt32BE(oid, 8);
  if (count === 0) return out;
  out.writeInt32BE(count, 12);
  out.writeInt32BE(1, 16);
  return out;
}

type Nullable<T> = readonly (T | null)[];

function strings(oid: number, values: Nullable<string>): Buffer {
  const lengths = values.map((value) => (value === null ? -1 : Buffer.byteLength(value)));
  const total = lengths.reduce((sum, length) => sum + 4 + Math.max(length, 0), 0);
  const out = begin(oid, values.length, total);
  let at = HEADER;
  values.forEach((value, i) => {
    at = out.writeInt32BE(lengths[i] ?? -1, at);
    if (value !== null) at += out.write(value, at);
  });
  return out;
}

function fixed<T>(
  oid: number,
  width: number,
  values: Nullable<T>,
  write: (out: Buffer, value: T, at: number) => void,
): Buffer {
  const total = values.reduce<number>((sum, value) => sum + 4 + (value === null ? 0 : width), 0);
  const out = begin(oid, values.length, total);
  let at = HEADER;
  for (const value of values) {
    at = out.writeInt32BE(value === null ? -1 : width, at);
    if (value === null) continue;
    write(out, value, at);
    at += width;
  }
  return out;
}

export const texts = (values: Nullable<string>): Buffer => strings(OID.text, values);
/** Elements are JSON text. */
export const jsons = (values: Nullable<string>): Buffer => strings(OID.json, values);

/** jsonb's binary form is a version, 1, and the text (jsonb_send). */
export const jsonbs = (values: Nullable<string>): Buffer =>
  strings(
    OID.jsonb,
    values.map((value) => (value === null ? null : `\u0001${value}`)),
  );

export function byteas(values: Nullable<Uint8Array>): Buffer {
  const total = values.reduce<number>((sum, value) => sum + 4 + (value?.length ?? 0), 0);
  const out = begin(OID.bytea, values.length, total);
  let at = HEADER;
  for (const value of values) {
    at = out.writeInt32BE(value?.length ?? -1, at);
    if (value === null) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}

export const booleans = (values: Nullable<boolean>): Buffer =>
  fixed(OID.bool, 1, values, (out, value, at) => out.writeUInt8(value ? 1 : 0, at));

export const integers = (values: Nullable<number>): Buffer =>
  fixed(OID.int4, 4, values, (out, value, at) => out.writeInt32BE(value, at));

export const bigints = (values: Nullable<number>): Buffer => fixed(OID.int8, 8, values, writeInt64);

const EPOCH_2000 = Date.UTC(2000, 0, 1);

/** RFC 3339 texts; kept to the millisecond. */
export const timestamps = (values: Nullable<string>): Buffer =>
  fixed(OID.timestamptz, 8, values, (out, value, at) =>
    writeInt64(out, (Date.parse(value) - EPOCH_2000) * 1000, at),
  );

/** @throws RangeError where the number is no safe integer, NaN included. */
function writeInt64(out: Buffer, value: number, at: number): void {
  out.writeBigInt64BE(BigInt(value), at);
}
