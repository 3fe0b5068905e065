import type { Attack } from './attack.ts';

export const mcpRugPull: Attack = {
  slug: 'mcp-rug-pull',
  name: 'Rug pull',
  category: 'supply chain',
  happens:
    'A server shows harmless tools when it is approved and changes their definitions, or what they do, later.',
  case: {
    what: 'CVE-2025-54136, disclosed in July 2025: in an AI development environment, the approval of a definition stayed valid although the server changed the definition afterwards.',
    sources: [
      'https://labs.cloudsecurityalliance.org/research/csa-research-note-mcp-tool-poisoning-ai-agent-exfiltration-2/',
    ],
  },
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['poisoning'],
  coverage: 'partial',
  mitigation:
    'With "default": "deny" a new tool is refused until a person lists it, and the gateway holds changed tools that can do harm until a person accepts them. A tool that only behaves differently is bounded by its limits and argument rules.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      get_issue: {},
      create_issue: {
        limits: [
          {
            counter: 'create_issue_rate',
            window: 'minute',
            max: 30,
            scope: 'grant',
          },
        ],
      },
    },
  },
};
