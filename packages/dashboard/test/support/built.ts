import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The built dashboard, as `npm run build` and `npm test` leave it. */
export const DASHBOARD = join(import.meta.dirname, '../../dist');
if (!existsSync(join(DASHBOARD, 'index.html')))
  throw new Error(`expected the dashboard in ${DASHBOARD}: run npm run build first`);
