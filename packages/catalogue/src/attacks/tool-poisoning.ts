import type { Attack } from './attack.ts';

export const toolPoisoning: Attack = {
  slug: 'tool-poisoning',
  name: 'Tool poisoning',
  category: 'protocol',
  happens:
    "A tool's description or schema contains instructions to the model. The agent reads them with every list of tools and tends to follow them; the person who installed the server never sees them.",
  case: {
    what: 'Invariant Labs showed in April 2025 that one poisoned description can make an agent hand over the contents of private repositories and message histories.',
    sources: [
      'https://labs.cloudsecurityalliance.org/research/csa-research-note-mcp-tool-poisoning-ai-agent-exfiltration-2/',
    ],
  },
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['poisoning', 'hidden_characters'],
  coverage: 'partial',
  mitigation:
    'A policy does not change what the model reads, but it decides what the model can do with it: what is not listed is refused, even when a description asks for it.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      search_code: {},
    },
  },
};
