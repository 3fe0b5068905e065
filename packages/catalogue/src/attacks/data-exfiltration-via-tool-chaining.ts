import type { Attack } from './attack.ts';

export const dataExfiltrationViaToolChaining: Attack = {
  slug: 'data-exfiltration-via-tool-chaining',
  name: 'Data exfiltration by chaining tools',
  category: 'data',
  happens: 'One tool reads private data, and another carries it out. Each call by itself is allowed.',
  case: {
    what: "Researchers at General Analysis showed in 2025 how a support ticket can make an agent with Supabase's MCP server copy a table of tokens into the ticket.",
    sources: ['https://docs.tansive.io/blog/implementing-defense-prompt-injection-attacks-mcp'],
  },
  words: ['send', 'email', 'mail', 'message', 'upload', 'share', 'publish', 'export'],
  classes: ['Read', 'Write', 'Execute'],
  signals: ['sends_outward', 'url', 'code'],
  coverage: 'partial',
  mitigation:
    'Close one end: name the hosts or recipients to which data may go, and limit how much can leave. The setting "argument_secrets" of a server refuses calls with known kinds of tokens and keys.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      http_request: {
        require: [
          {
            conditions: [
              {
                path: 'args.url',
                op: 'host_in',
                value: ['api.example.com'],
              },
            ],
            on_deny: 'Only our own API may be called.',
          },
        ],
        limits: [
          {
            counter: 'http_request_rate',
            window: 'hour',
            max: 20,
            scope: 'grant',
          },
        ],
      },
    },
  },
};
