/**
 * Arrays as parameters in PostgreSQL's binary format (array_send): `pg` sends a Buffer as it is, while an array of
 * strings is quoted, bytes are written in hex, and the server takes both apart again.
 *
 * Header: dimensions, whether there are nulls, type of the elements; for each dimension its size and lower bound;
 * then for each element its length (-1: null) and bytes. Integers are big-endian.
 */
const HEADER = 20;

/** Type OIDs are fixed (pg_type.dat). */
const OID = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, json: 114, timestamptz: 1184, jsonb: 3802 };

type Nullable<T> = readonly (T | null)[];

/** @param bytes of the elements, without their lengths. */
function array(oid: number, count: number, bytes: number): Buffer {
  const out = Buffer.allocUnsafe(HEADER + 4 * count + bytes);
  out.writeInt32BE(1, 0);
  // Only a hint: elements say themselves that they are null.
  out.writeInt32BE(1, 4);
  out.writeInt32BE(oid, 8);
  out.writeInt32BE(count, 12);
  out.writeInt32BE(1, 16);
  return out;
}

/** Without elements it has no dimension. */
function none(oid: number): Buffer {
  const out = Buffer.alloc(12);
  out.writeInt32BE(oid, 8);
  return out;
}

const EMPTY: ReadonlyMap<number, Buffer> = new Map(Object.values(OID).map((oid) => [oid, none(oid)]));

function strings(oid: number, values: Nullable<string>): Buffer {
  if (values.length === 0) return EMPTY.get(oid) ?? none(oid);
  let bytes = 0;
  for (const value of values) if (value !== null) bytes += Buffer.byteLength(value);
  const out = array(oid, values.length, bytes);
  let at = HEADER;
  for (const value of values) {
    const length = value === null ? -1 : out.write(value, at + 4);
    out.writeInt32BE(length, at);
    at += 4 + Math.max(length, 0);
  }
  return out;
}

function fixed<T>(
  oid: number,
  width: number,
  values: Nullable<T>,
  write: (out: Buffer, value: T, at: number) => void,
): Buffer {
  if (values.length === 0) return EMPTY.get(oid) ?? none(oid);
  let bytes = 0;
  for (const value of values) if (value !== null) bytes += width;
  const out = array(oid, values.length, bytes);
  let at = HEADER;
  for (const value of values) {
    out.writeInt32BE(value === null ? -1 : width, at);
    at += 4;
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
  if (values.length === 0) return EMPTY.get(OID.bytea) ?? none(OID.bytea);
  let bytes = 0;
  for (const value of values) if (value !== null) bytes += value.length;
  const out = array(OID.bytea, values.length, bytes);
  let at = HEADER;
  for (const value of values) {
    out.writeInt32BE(value === null ? -1 : value.length, at);
    at += 4;
    if (value === null) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}

const writeBoolean = (out: Buffer, value: boolean, at: number): void =>
  void out.writeUInt8(value ? 1 : 0, at);
const writeInteger = (out: Buffer, value: number, at: number): void => void out.writeInt32BE(value, at);

export const booleans = (values: Nullable<boolean>): Buffer => fixed(OID.bool, 1, values, writeBoolean);
export const integers = (values: Nullable<number>): Buffer => fixed(OID.int4, 4, values, writeInteger);
export const bigints = (values: Nullable<number>): Buffer => fixed(OID.int8, 8, values, writeBigint);

const EPOCH_2000 = Date.UTC(2000, 0, 1);

/** RFC 3339 texts; kept to the millisecond. */
export const timestamps = (values: Nullable<string>): Buffer =>
  fixed(OID.timestamptz, 8, values, (out, value, at) => {
    const milliseconds = Date.parse(value) - EPOCH_2000;
    // From the year 2285 on, and of what is no time at all.
    if (!Number.isSafeInteger(milliseconds * 1000)) out.writeBigInt64BE(BigInt(milliseconds) * 1000n, at);
    else writeBigint(out, milliseconds * 1000, at);
  });

/** @throws RangeError where the number is no safe integer, NaN included. */
function writeBigint(out: Buffer, value: number, at: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
  const high = Math.floor(value / 2 ** 32);
  out.writeInt32BE(high, at);
  out.writeUInt32BE(value - high * 2 ** 32, at + 4);
}
