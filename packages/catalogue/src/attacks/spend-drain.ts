import type { Attack } from './attack.ts';

export const spendDrain: Attack = {
  slug: 'spend-drain',
  name: 'Spend drain',
  category: 'agent behaviour',
  happens: 'Each call costs money somewhere, and a limit on calls does not bound the sum.',
  case: {
    what: 'A refused tool call in Kilo Code looped, with one paid generation a step, until 626 dollars were gone (issue 13772, 2026).',
    sources: ['https://github.com/Kilo-Org/kilocode/issues/13772'],
  },
  words: [
    'refund',
    'payment',
    'charge',
    'invoice',
    'transfer',
    'order',
    'purchase',
    'subscription',
    'generate',
  ],
  classes: ['Execute', 'Financial'],
  signals: ['bulk'],
  coverage: 'full',
  mitigation:
    'Limit the sum of the amounts per day instead of the number of calls, and ask a person about large ones.',
  rule: {
    version: '1',
    default: 'deny',
    tools: {
      create_charge: {
        limits: [
          {
            counter: 'spent',
            window: 'day',
            max: 500,
            scope: 'grant',
            increment_from: 'args.amount',
          },
        ],
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
      },
    },
  },
};
