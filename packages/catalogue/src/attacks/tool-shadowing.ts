import type { Attack } from './attack.ts';

export const toolShadowing: Attack = {
  slug: 'tool-shadowing',
  name: 'Tool shadowing',
  category: 'protocol',
  happens:
    'A hostile server gives a tool a name or description that makes the agent use it in place of a trusted one, or use the trusted one differently.',
  case: {
    what: 'The research of 2025 on tool poisoning also showed tool shadowing: a malicious tool passes for a trusted one beside it, in attack chains across servers.',
    sources: ['https://redteams.ai/topics/case-studies/case-study-mcp-tool-poisoning'],
  },
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['poisoning', 'lookalike_name'],
  coverage: 'partial',
  mitigation:
    "A grant opens only the servers that it names, each with its own policy, and in a stack every tool carries its server's name. The trusted tool's own rules say what it may be called with.",
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      send_email: {
        require: [
          {
            conditions: [
              {
                path: 'args.to',
                op: 'ends_with',
                value: '@example.com',
              },
            ],
            on_deny: 'Mail goes to our own domain only.',
          },
        ],
      },
    },
  },
};
