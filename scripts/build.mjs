// `npm run build`: builds the dashboard, which the gateway serves. `npm start` and `npm test` do it themselves.
import { buildDashboard, setUp } from './setup.mjs';

buildDashboard(setUp());
