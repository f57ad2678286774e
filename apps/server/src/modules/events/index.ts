export { eventHandlers } from './events.handlers.ts';
export { historyOf } from './events.history.ts';
