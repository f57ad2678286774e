export { type Check, type Health, type HealthRegistry, healthRegistry, readiness } from './health.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { gracefulShutdown, type Shutdown, stopOnSignals } from './shutdown.ts';
