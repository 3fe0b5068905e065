import type { Attack } from './attack.ts';

export const sqlInjection: Attack = {
  slug: 'sql-injection',
  name: 'SQL injection through tools',
  category: 'data',
  happens:
    'A statement does more than it seems: a second one after a semicolon, a write in what should only read.',
  case: {
    what: 'The PostgreSQL reference server ran statements in a read-only transaction that a stacked COMMIT ended (found by Datadog Security Labs, up to 0.6.2).',
    sources: ['https://ajbarea.github.io/ariadne/architecture/decisions/0003-postgres-mcp-restricted-mode/'],
  },
  classes: ['Execute', 'Read'],
  signals: ['code'],
  coverage: 'partial',
  mitigation:
    'A rule can demand one statement that begins with SELECT; what a function in it does needs a database role that can only read.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      query: {
        require: [
          {
            conditions: [
              {
                path: 'args.sql',
                op: 'regex',
                value: '^(?i:select)[^;]*$',
              },
            ],
            on_deny: 'One SELECT without semicolons.',
          },
        ],
      },
    },
  },
};
