import type { Attack } from './attack.ts';

export const consentFatigue: Attack = {
  slug: 'consent-fatigue',
  name: 'Consent fatigue',
  category: 'agent behaviour',
  happens: 'People who are asked too often approve without reading.',
  case: {
    what: 'MCPHub showed its consent screen on every reconnection, which trains people to click through (issue 823, May 2026); CoSAI lists the risk for MCP as a whole.',
    sources: [
      'https://github.com/samanhappy/mcphub/issues/823',
      'https://github.com/cosai-oasis/ws4-secure-design-agentic-systems/issues/25',
    ],
  },
  classes: ['Destructive', 'Financial'],
  signals: ['bulk'],
  coverage: 'partial',
  mitigation:
    'Ask a person only about what matters, decide the rest by rules, and limit how often people can be asked.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      refund: {
        require_approval_if: [
          {
            conditions: [
              {
                path: 'args.amount',
                op: 'gt',
                value: 100,
              },
            ],
          },
        ],
        limits: [
          {
            counter: 'refund_rate',
            window: 'hour',
            max: 5,
            scope: 'grant',
          },
        ],
      },
    },
  },
};
