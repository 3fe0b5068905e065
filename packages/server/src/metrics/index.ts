/** What is measured of a gateway, and the page that shows it. */
export { metricsAccess, openMetrics, openReadings, type Readings } from './metrics.ts';
export { type OwnTelemetry, openTelemetry } from './own-telemetry.ts';
export { serveMetrics } from './page.ts';
