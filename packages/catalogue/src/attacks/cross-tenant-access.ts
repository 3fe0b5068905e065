import type { Attack } from './attack.ts';

export const crossTenantAccess: Attack = {
  slug: 'cross-tenant-access',
  name: 'Cross-tenant access',
  category: 'data',
  happens: 'A server that serves several organisations gives one of them what belongs to another.',
  case: {
    what: 'In June 2025 Asana took its MCP server offline because it could show data of one organisation to users of others.',
    sources: ['https://www.spirl.com/blog/asanas-mcp-bug-wasnt-unique----it-was-a-sign-of-whats-coming'],
  },
  words: ['organization', 'organisation', 'tenant', 'workspace', 'account', 'customer'],
  classes: ['Read', 'Write', 'Destructive'],
  signals: ['admin'],
  coverage: 'partial',
  mitigation:
    'Give each tenant a grant and a policy of its own that allows only that tenant as an argument, so that one fault in the server is not enough.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      list_tasks: {
        require: [
          {
            conditions: [
              {
                path: 'args.workspace',
                op: 'in',
                value: ['team-a'],
              },
            ],
            on_deny: 'This grant is for team-a.',
          },
        ],
      },
    },
  },
};
