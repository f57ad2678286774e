export { type Found, findRow, matrixDigest } from './matrix-find.ts';
export { type MatrixOptions, matrixShape, type ParsedMatrix, parseMatrix } from './matrix-parse.ts';
