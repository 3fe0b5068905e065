import type { Attack } from './attack.ts';

export const runawayToolLoops: Attack = {
  slug: 'runaway-tool-loops',
  name: 'Runaway tool loops',
  category: 'agent behaviour',
  happens: 'An agent repeats calls without end, because nothing tells it to stop.',
  case: {
    what: 'In one deployment an agent made 569 rounds in 84 minutes looking for a file that was not there; the provider billed 517,935,887 prompt tokens in an hour.',
    sources: ['https://github.com/elie222/rakazo/issues/883'],
  },
  classes: ['Read', 'Write', 'Execute'],
  signals: ['bulk'],
  coverage: 'full',
  mitigation:
    'A limit over all tools ends the loop: the first call beyond it is refused before it reaches the server, and the refusal says so.',
  rule: {
    version: '1',
    default: 'deny',
    all_tools: {
      limits: [
        {
          counter: 'calls',
          window: 'minute',
          max: 60,
          scope: 'session',
        },
      ],
    },
    tools: {
      read_file: {},
      list_files: {},
    },
  },
};
