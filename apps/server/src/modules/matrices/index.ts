export { matrixHandlers } from './matrices.handlers.ts';
export { takeEffect } from './matrices.system.ts';
