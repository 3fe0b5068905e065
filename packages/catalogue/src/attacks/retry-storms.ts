import type { Attack } from './attack.ts';

export const retryStorms: Attack = {
  slug: 'retry-storms',
  name: 'Retry storms',
  category: 'agent behaviour',
  happens: 'Clients that fail try again at once, all together, and so keep a struggling server down.',
  case: {
    what: "LibreChat's reconnection to MCP servers wrote 280,313 lines of log in 60 seconds in the worst incident (March 2026).",
    sources: ['https://github.com/danny-avila/LibreChat/pull/12162'],
  },
  classes: ['Read', 'Write', 'Execute'],
  signals: ['bulk'],
  coverage: 'partial',
  mitigation:
    'Limits per minute and on calls in flight bound what reaches a server from a grant. The gateway itself bounds connections that are not calls.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      search: {
        limits: [
          {
            counter: 'search_flight',
            concurrent: 2,
            scope: 'grant',
          },
          {
            counter: 'search_rate',
            window: 'minute',
            max: 30,
            scope: 'grant',
          },
        ],
      },
    },
  },
};
