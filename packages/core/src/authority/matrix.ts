export { findRow } from './matrix-find.ts';
export { type MatrixOptions, type ParsedMatrix, parseMatrix } from './matrix-parse.ts';
