export { minorUnits } from './currencies.ts';
export type { Validated, ValueCode } from './scalars.ts';
export { validateComputed, validateValue } from './validate.ts';
