export { minorUnits } from './currencies.ts';
export type { Validated, ValueCode } from './scalars.ts';
export { MAX_LIST, MAX_TEXT, validateValue } from './validate.ts';
