import type { Attack } from './attack.ts';

export const compromisedMcpPackage: Attack = {
  slug: 'compromised-mcp-package',
  name: 'Compromised MCP package',
  category: 'supply chain',
  happens:
    'The package of a server turns hostile in an update and does something besides what its tools say.',
  case: {
    what: 'postmark-mcp on npm was harmless for fifteen versions; from 1.0.16 in September 2025 on it sent a blind copy of every mail to its author.',
    sources: [
      'https://akhilesharora.github.io/herkos/docs/case-postmark.html',
      'https://redsec.ninja/2025/10/01/supply-chain-risk-in-ai-agent-tooling-malicious-mcp-server-on-npm',
    ],
  },
  classes: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  signals: ['sends_outward', 'credentials'],
  coverage: 'partial',
  mitigation:
    'No rule reaches what a server does behind a permitted call. Pin the version; limits bound how much passes through it.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      send_email: {
        limits: [
          {
            counter: 'send_email_rate',
            window: 'hour',
            max: 20,
            scope: 'grant',
          },
        ],
      },
    },
  },
};
