import type { Attack } from './attack.ts';

export const promptInjectionViaToolResults: Attack = {
  slug: 'prompt-injection-via-tool-results',
  name: 'Prompt injection through tool results',
  category: 'agent behaviour',
  happens: 'A result of a tool contains instructions, and the agent takes them for its own.',
  case: {
    what: 'Three weaknesses of the Git reference server allowed file access and code execution when an agent read a hostile text, such as a README.',
    sources: ['https://gsstk.gem98.com/en-US/blog/a0062-mcp-git-vulnerability-agentic-security'],
  },
  classes: ['Read', 'Execute'],
  signals: ['code', 'file_path'],
  coverage: 'partial',
  mitigation:
    'Separate reading from acting: a grant that reads foreign content needs no tools that run or delete things.',
  rule: {
    version: '1',
    default: 'deny',
    hide: ['git_reset', 'git_init'],
    tools: {
      git_log: {},
      git_diff: {},
    },
  },
};
