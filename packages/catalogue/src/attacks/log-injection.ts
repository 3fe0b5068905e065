import type { Attack } from './attack.ts';

export const logInjection: Attack = {
  slug: 'log-injection',
  name: 'Log injection',
  category: 'data',
  happens:
    'Line breaks and control characters in an argument forge entries of a log, or control the terminal that shows it.',
  case: {
    what: "IBM's ContextForge gateway wrote values from requests into its log unchanged, until February 2026 (pull request 3227).",
    sources: ['https://github.com/IBM/mcp-context-forge/pull/3227'],
  },
  words: ['log', 'logs'],
  classes: ['Read', 'Write', 'Execute'],
  signals: ['hidden_characters'],
  coverage: 'partial',
  mitigation:
    "The gateway's own log keeps no argument values and is structured. Refuse control characters for servers that log what they get.",
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      create_note: {
        deny_if: [
          {
            conditions: [
              {
                path: 'args.title',
                op: 'regex',
                value: '[\\x00-\\x1f]',
              },
            ],
            on_deny: 'No control characters.',
          },
        ],
      },
    },
  },
};
