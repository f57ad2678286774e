export { exchangeRateHandlers } from './exchange-rates.handlers.ts';
