import type { Attack } from './attack.ts';

export const sqlInjection: Attack = {
  slug: 'sql-injection',
  name: 'SQL injection through tools',
  category: 'data',
  happens:
    'A statement does more than it seems to: a second one follows a semicolon, or what should only read writes.',
  case: {
    what: 'The PostgreSQL reference server ran statements in a read-only transaction that a stacked COMMIT ended (found by Datadog Security Labs, up to 0.6.2).',
    sources: ['https://ajbarea.github.io/ariadne/architecture/decisions/0003-postgres-mcp-restricted-mode/'],
  },
  words: ['sql', 'query', 'statement', 'database'],
  classes: ['Execute', 'Read'],
  signals: ['code'],
  coverage: 'partial',
  mitigation:
    'A rule can demand a single statement that begins with SELECT. Against functions within it, use a database role that can only read.',
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
