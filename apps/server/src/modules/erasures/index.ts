export { erasureHandlers } from './erasures.handlers.ts';
export { replayErasures } from './erasures.purge.ts';
export { erasureReader } from './erasures.reader.ts';
