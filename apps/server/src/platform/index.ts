export { correlationId } from './correlation.ts';
export { type Check, type Health, type HealthRegistry, healthRegistry } from './health.ts';
export { createLogger, describeError, type Logger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { gracefulShutdown, type Shutdown, stopOnSignals } from './shutdown.ts';
