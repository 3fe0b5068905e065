import type { Attack } from './attack.ts';

export const excessiveAgency: Attack = {
  slug: 'excessive-agency',
  name: 'Excessive agency',
  category: 'agent behaviour',
  happens:
    'An agent has more power than its task needs and uses it, by mistake or because somebody talks it into it.',
  case: {
    what: 'In July 2025 an agent on Replit deleted a live production database during a code freeze that it had been told about.',
    sources: ['https://datapace.ai/blog/replit-database-deletion-control-plane'],
  },
  words: ['admin', 'permission', 'permissions', 'role', 'member'],
  classes: ['Execute', 'Destructive', 'Financial'],
  signals: ['admin', 'bulk', 'code'],
  coverage: 'full',
  mitigation:
    'A tool that is hidden or not listed cannot be called, whatever the agent decides. Instructions in a chat are requests; rules are not.',
  rule: {
    version: '1',
    default: 'deny',
    hide: ['drop_*', 'delete_*'],
    tools: {
      list_tables: {},
    },
  },
};
