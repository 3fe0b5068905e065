import type { Attack } from './attack.ts';

export const mcpTyposquatting: Attack = {
  slug: 'mcp-typosquatting',
  name: 'Typosquatting',
  category: 'supply chain',
  happens:
    'A package or a tool has almost the name of a known one, and people or agents install or call the wrong one.',
  case: {
    what: 'SANDWORM_MODE, disclosed in February 2026: nineteen typosquatted npm packages that put hostile MCP servers into the configuration of coding tools.',
    sources: [
      'https://panguard.ai/blog/postmark-supply-chain-attack',
      'https://www.atypicaltech.dev/blog/2026-02-25-sandworm-mode-supply-chain/',
    ],
  },
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['lookalike_name', 'hidden_characters'],
  coverage: 'partial',
  mitigation:
    'Agents reach only servers that an operator registered by name, and names in a policy match exactly: a tool with almost the same name is refused.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      read_file: {},
    },
  },
};
