/** Whom a request is for, and the pages that need no API. */
export { isDashboardBuilt, serveDashboard } from './dashboard.ts';
export { type Front, route } from './front.ts';
export { type Readiness, readinessOf } from './readiness.ts';
