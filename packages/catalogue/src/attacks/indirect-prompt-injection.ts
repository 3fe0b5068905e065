import type { Attack } from './attack.ts';

export const indirectPromptInjection: Attack = {
  slug: 'indirect-prompt-injection',
  name: 'Indirect prompt injection',
  category: 'agent behaviour',
  happens: 'Instructions arrive inside content that the agent was asked to read: an issue, a page, a mail.',
  case: {
    what: 'In May 2025 Invariant Labs hijacked agents through a malicious issue in a public repository and had them leak data from private repositories through the GitHub MCP server.',
    sources: [
      'https://www.joinformal.com/blog/the-permission-pitfall-securing-mcp-servers-without-limiting-value',
    ],
  },
  words: [
    'issue',
    'issues',
    'page',
    'pages',
    'comment',
    'comments',
    'emails',
    'inbox',
    'messages',
    'ticket',
    'tickets',
  ],
  classes: ['Read', 'Write', 'Execute'],
  signals: ['url', 'sends_outward'],
  coverage: 'partial',
  mitigation:
    'Bound what a misled agent can do: the repositories it may touch, and no writing to places that the public reads.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      get_file_contents: {
        require: [
          {
            conditions: [
              {
                path: 'args.repo',
                op: 'in',
                value: ['website', 'docs'],
              },
            ],
            on_deny: 'This grant is for the public repositories.',
          },
        ],
      },
    },
  },
};
