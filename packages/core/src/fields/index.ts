export { minorUnits } from './currencies.ts';
export type { Validated, ValueCode } from './scalars.ts';
export { validateValue } from './validate.ts';
