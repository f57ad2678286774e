export { matrixHandlers } from './matrices.handlers.ts';
