export { type Envelope, envelopes } from './events.envelope.ts';
export { eventHandlers } from './events.handlers.ts';
export { type History, historyOf } from './events.history.ts';
